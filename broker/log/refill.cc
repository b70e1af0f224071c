#include "broker/log/refill.h"

#include <algorithm>
#include <cstring>

namespace usher::log {

Refill::Refill(io::Disk& disk, Options options, Offset stored, std::shared_ptr<Restoring> fold,
               io::Done<void> done)
    : disk_(disk),
      options_(std::move(options)),
      stored_(stored),
      fold_(std::move(fold)),
      done_(std::move(done)) {}

void Refill::end(Result<void> result) {
  busy_ = true;
  if (auto done = std::exchange(done_, {})) done(std::move(result));
}

void Refill::start() {
  disk_.list(options_.directory,
             [self = shared_from_this()](Result<std::vector<io::FileInfo>> files) {
               if (!files) return self->end(fail(files.error()));
               for (const io::FileInfo& file : *files)
                 if (auto base = base_of_segment(file.name))
                   self->found_.emplace_back(*base, io::whole_sectors(file.size));
               self->read_last();
             });
}

void Refill::read_last() {
  if (found_.empty()) return begin_anew();
  auto [base, bytes] = found_.back();
  auto opened = [self = shared_from_this(), base, bytes](Result<std::unique_ptr<io::File>> handle) {
    if (!handle) return self->end(fail(handle.error()));
    std::shared_ptr<io::File> kept = std::move(*handle);
    kept->read(0, bytes, [self, base, kept](Result<Buffer> content) {
      if (!content) return self->end(fail(content.error()));
      self->look_at(base, *content);
    });
  };
  disk_.open(path(segment_name(base)), {.mode = io::OpenMode::kRead, .direct = true}, opened);
}

void Refill::look_at(Offset base, const Buffer& content) {
  auto walk = walk_segment(
      options_.key, base, content, [](const SegmentHead&) {}, [](const wire::Batch&, uint64_t) {});
  if (!walk) {
    bool is_first = found_.size() == 1;
    // What retention took, nobody here can fold again.
    if (is_first && base > Offset(0))
      return end(fail(ErrorCode::SEGMENT_CORRUPT,
                      path(segment_name(base)) + " at byte 0: " + walk.error().detail));
    if (!is_first) given_up_.push_back(base);
    found_.pop_back();
    return read_last();
  }
  // All is there: what keeps the log from opening is something else.
  if (walk->end.offset >= stored_ && given_up_.empty())
    return end(fail(ErrorCode::SEGMENT_CORRUPT, "the last segment is whole"));
  OwnedBytes beginning(io::whole_sectors(walk->position), io::kSector);
  std::memset(beginning.data(), 0, beginning.size());
  std::memcpy(beginning.data(), content.data(), walk->position);
  rewrite(base, Buffer(std::move(beginning)), walk->index);
}

// Before the first batch of all there is nothing to be known.
void Refill::begin_anew() {
  SegmentHead head{.key = options_.key, .begin = Boundary(), .snapshot = fold_->snapshot()};
  rewrite(Offset(0), encode_head(head), Index(head.begin, head_bytes(head)));
}

void Refill::rewrite(Offset base, Buffer beginning, const Index& index) {
  Offset until = std::max(stored_, index.summary().end);
  file_ = std::make_shared<Rewriting>(disk_, options_.key, options_.directory, base, until);
  file_->begin(std::move(beginning), index,
               [self = shared_from_this()](Result<void> begun) { self->wrote(begun); });
}

std::optional<Read> Refill::wanted() const {
  if (busy_) return std::nullopt;
  return file_->wanted();
}

void Refill::take(const std::vector<wire::Batch>& batches) {
  if (busy_) return;
  busy_ = file_->take(batches,
                      [self = shared_from_this()](Result<void> written) { self->wrote(written); });
}

void Refill::wrote(const Result<void>& written) {
  if (!written) return end(fail(written.error()));
  busy_ = file_->is_whole();
  if (!file_->is_whole()) return;
  file_->finish([self = shared_from_this()](Result<void> named) {
    if (!named) return self->end(std::move(named));
    self->remove_given_up();
  });
}

// The last one first: a crash leaves no hole.
void Refill::remove_given_up() {
  if (given_up_.empty())
    return disk_.sync_directory(options_.directory, [self = shared_from_this()](Result<void> done) {
      self->end(std::move(done));
    });
  Offset base = given_up_.front();
  given_up_.erase(given_up_.begin());
  disk_.remove(path(segment_name(base)), [self = shared_from_this()](Result<void> gone) {
    if (!gone) return self->end(std::move(gone));
    self->remove_given_up();
  });
}

}  // namespace usher::log

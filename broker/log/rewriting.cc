#include "broker/log/rewriting.h"

#include <cstring>

#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {

std::string Rewriting::mending_path() const { return path(segment_name(base_) + ".mending"); }

void Rewriting::begin(Buffer beginning, const Index& index, io::Done<void> done) {
  index_ = std::make_shared<Index>(index);
  position_ = beginning.size();
  auto shared = std::make_shared<io::Done<void>>(std::move(done));
  auto made = [self = shared_from_this(), beginning = std::move(beginning),
               shared](Result<std::unique_ptr<io::File>> file) {
    if (!file) return (*shared)(fail(file.error()));
    self->file_ = std::move(*file);
    self->file_->write(0, beginning, io::Durability::kCached,
                       [self, shared](Result<void> written) { (*shared)(std::move(written)); });
  };
  // What an attempt left behind goes first.
  disk_.remove(mending_path(), [self = shared_from_this(), made, shared](Result<void> gone) {
    if (!gone) return (*shared)(std::move(gone));
    self->disk_.open(self->mending_path(), {.mode = io::OpenMode::kCreateNew, .direct = true},
                     made);
  });
}

Read Rewriting::wanted() const { return {.from = index_->summary().end, .limit = end_}; }

std::vector<wire::Batch> Rewriting::next_of(const std::vector<wire::Batch>& batches) const {
  std::vector<wire::Batch> proved;
  Offset next = index_->summary().end;
  wire::Chain chain = index_->summary().after;
  for (const wire::Batch& batch : batches) {
    const wire::BatchHeader& header = batch.header();
    if (header.sealed() && header.end_offset() <= next) continue;
    bool is_next = header.sealed() && header.end_offset() <= end_ &&
                   check_continues(header, key_, next, chain) && batch.check_crcs();
    if (!is_next) break;
    next = header.end_offset();
    chain = header.chain();
    proved.push_back(batch);
  }
  return proved;
}

bool Rewriting::take(const std::vector<wire::Batch>& batches, io::Done<void> done) {
  std::vector<wire::Batch> next = next_of(batches);
  if (next.empty()) return false;
  size_t bytes = 0;
  for (const wire::Batch& batch : next) bytes += batch.header().batch_bytes();
  OwnedBytes piece(io::whole_sectors(bytes), io::kSector);
  std::byte* to = piece.data();
  uint64_t position = position_;
  for (const wire::Batch& batch : next) {
    for (Bytes part : {batch.header().bytes().bytes(), batch.body().bytes()}) {
      if (!part.empty()) std::memcpy(to, part.data(), part.size());
      to += part.size();
    }
    index_->note(batch.header(), position);
    position += batch.header().batch_bytes();
  }
  std::memset(to, 0, piece.size() - bytes);
  uint64_t at = position_;
  position_ += piece.size();
  file_->write(at, Buffer(std::move(piece)), io::Durability::kCached,
               [self = shared_from_this(), done = std::move(done)](Result<void> written) mutable {
                 done(std::move(written));
               });
  return true;
}

void Rewriting::finish(io::Done<void> done) {
  CHECK(is_whole());
  auto shared = std::make_shared<io::Done<void>>(std::move(done));
  auto renamed = [self = shared_from_this(), shared](Result<void> result) {
    if (!result) return (*shared)(std::move(result));
    self->disk_.sync_directory(self->directory_, std::move(*shared));
  };
  file_->sync([self = shared_from_this(), shared, renamed](Result<void> synced) {
    if (!synced) return (*shared)(std::move(synced));
    self->disk_.rename(self->mending_path(), self->path(segment_name(self->base_)), renamed);
  });
}

void Rewriting::give_up() {
  disk_.remove(mending_path(), [](const Result<void>&) {});
}

}  // namespace usher::log

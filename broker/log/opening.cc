// Starting: the indexes of the sealed segments say what these hold; the last segment is read as a
// whole, from its snapshot on, and what is torn at its end is cut off. A head that came from
// another replica takes the place of all of them first, if the journal says that the log begins
// there. An index is removed for good before its segment, so one that stands alone names a segment
// that was lost.
#include <algorithm>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "broker/log/index_file.h"
#include "broker/log/segment_walk.h"
#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {
namespace {

struct FoundSegment {
  Offset base;
  uint64_t bytes;  // 0: nothing is left of it
};

}  // namespace

// Keeps itself alive until it has answered.
class Opening : public std::enable_shared_from_this<Opening> {
 public:
  Opening(Scheduler& scheduler, io::Disk& disk, Options options, Offset stored,
          std::shared_ptr<Restoring> restoring, io::Done<std::unique_ptr<Segments>> done)
      : disk_(disk),
        stored_(stored),
        restoring_(std::move(restoring)),
        segments_(new Segments(scheduler, disk, std::move(options))),
        done_(std::move(done)) {}

  void start() {
    auto made = [self = shared_from_this()](Result<void> result) {
      if (!result) return self->done_(fail(result.error()));
      self->sync_names();
    };
    disk_.make_directory(segments_->options_.directory, made);
  }

 private:
  Key key() const { return segments_->options_.key; }
  std::string path_of(Offset base) const { return segments_->path(segment_name(base)); }

  Error damage_at(Offset base, uint64_t position, std::string_view why) const {
    return {ErrorCode::SEGMENT_CORRUPT,
            fmt::format("{} at byte {}: {}", path_of(base), position, why)};
  }
  void corrupt(Offset base, uint64_t position, std::string_view why) {
    done_(fail(damage_at(base, position, why)));
  }

  // Whoever made a file that is seen here may have died before its name was safe, and nothing may
  // be stored in what a power cut still takes.
  void sync_names() {
    auto synced = [self = shared_from_this()](Result<void> done) {
      if (!done) return self->done_(fail(done.error()));
      self->list();
    };
    disk_.sync_directory(segments_->options_.directory, synced);
  }

  void list() {
    auto listed = [self = shared_from_this()](Result<std::vector<io::FileInfo>> files) {
      if (!files) return self->done_(fail(files.error()));
      for (const io::FileInfo& file : *files) {
        if (auto base = base_of_segment(file.name)) self->found_.push_back({*base, file.size});
        self->bytes_[file.name] = file.size;
      }
      self->look_for_incoming();
    };
    disk_.list(segments_->options_.directory, listed);
  }

  void look_for_incoming() {
    std::string name = segments_->path(std::string(kIncomingName));
    auto there = bytes_.extract(std::string(kIncomingName));
    if (!there) return look_for_lost();
    auto opened = [self = shared_from_this(),
                   bytes = there.mapped()](Result<std::unique_ptr<io::File>> handle) {
      if (!handle) return self->done_(fail(handle.error()));
      std::shared_ptr<io::File> kept = std::move(*handle);
      kept->read(0, io::whole_sectors(bytes), [self, kept](Result<Buffer> content) {
        if (!content) return self->done_(fail(content.error()));
        auto head = decode_head(*content);
        bool counts = head && head->key == self->key() && self->stored_ > Offset(0) &&
                      head->begin.offset == self->stored_;
        if (counts) return self->remove_replaced();
        self->remove_then(std::string(kIncomingName), [self] { self->look_for_lost(); });
      });
    };
    disk_.open(name, {.mode = io::OpenMode::kRead, .direct = true}, opened);
  }

  void remove_then(const std::string& name, std::function<void()> then) {
    disk_.remove(segments_->path(name),
                 [self = shared_from_this(), then = std::move(then)](Result<void> gone) {
                   if (!gone) return self->done_(fail(gone.error()));
                   then();
                 });
  }

  // One after the other; a crash between them finds the incoming head again. All are gone for good
  // before it gets its name: one that came back would stand beside it.
  void remove_replaced() {
    if (bytes_.empty())
      return disk_.sync_directory(segments_->options_.directory,
                                  [self = shared_from_this()](Result<void> gone) {
                                    if (!gone) return self->done_(fail(gone.error()));
                                    self->take_incoming();
                                  });
    std::string name = bytes_.begin()->first;
    bytes_.erase(bytes_.begin());
    remove_then(name, [self = shared_from_this()] { self->remove_replaced(); });
  }

  void take_incoming() {
    auto synced = [self = shared_from_this()](Result<void> done) {
      if (!done) return self->done_(fail(done.error()));
      self->found_.clear();
      self->list();
    };
    auto renamed = [self = shared_from_this(), synced](Result<void> done) {
      if (!done) return synced(done);
      self->disk_.sync_directory(self->segments_->options_.directory, synced);
    };
    disk_.rename(segments_->path(std::string(kIncomingName)), path_of(stored_), renamed);
  }

  // Before the last segment: behind it, an index is of one that the last one was written over
  // (refill.h), and would name a lost segment when that has come to its offset.
  void look_for_lost() {
    if (found_.empty()) return next();
    std::set<Offset> there;
    for (const FoundSegment& file : found_) there.insert(file.base);
    Offset last = *there.rbegin();
    for (const auto& [name, bytes] : bytes_) {
      auto base = base_of_index(name);
      if (!base || there.contains(*base)) continue;
      if (*base < last)
        found_.push_back({*base, 0});
      else
        left_over_.push_back(name);
    }
    std::ranges::sort(found_, {}, &FoundSegment::base);
    remove_left_over();
  }

  // Gone for good before there is another segment: that one's name is synced later.
  void remove_left_over() {
    if (left_over_.empty()) return next();
    std::string name = std::move(left_over_.back());
    left_over_.pop_back();
    remove_then(name, [self = shared_from_this()] { self->remove_left_over(); });
  }

  void next() {
    size_t sealed = segments_->sealed_.size();
    if (found_.empty()) return finish_empty();
    if (sealed + 1 < found_.size()) return read_index(found_[sealed], found_[sealed + 1].base);
    read_last();
  }

  void finish_empty() {
    if (stored_ > Offset(0))
      return corrupt(
          Offset(0), 0,
          fmt::format("no segment is there, and {} offsets were stored", stored_.value()));
    done_(std::move(segments_));
  }

  bool continues_before(const SegmentSummary& summary) const {
    const auto& sealed = segments_->sealed_;
    return sealed.empty() || sealed.back().after == summary.before;
  }

  // An index whose segment would have another length is that of an earlier file (mending.cc).
  bool continues(const SegmentSummary& summary, const FoundSegment& file, Offset end) const {
    return summary.base == file.base && summary.end == end &&
           io::whole_sectors(summary.bytes) == file.bytes && continues_before(summary);
  }

  void read_index(const FoundSegment& file, Offset end) {
    if (file.bytes == 0) return take_damaged(file, nothing_of(file), 0, "nothing is left of it");
    auto loaded = [self = shared_from_this(), file, end](Result<Index> index) {
      if (!index || !self->continues(index->summary(), file, end)) {
        self->segments_->note_index(file.base, index);
        return self->rebuild_index(file, end);
      }
      self->segments_->sealed_.push_back(index->summary());
      self->next();
    };
    std::string name = index_name(file.base);
    load_index(disk_, key(), segments_->path(name), io::whole_sectors(bytes_[name]), loaded);
  }

  void with_content(const FoundSegment& file, io::OpenMode mode,
                    std::function<void(std::shared_ptr<io::File>, Buffer)> then) {
    auto opened = [self = shared_from_this(), file,
                   then = std::move(then)](Result<std::unique_ptr<io::File>> handle) {
      if (!handle) return self->done_(fail(handle.error()));
      std::shared_ptr<io::File> kept = std::move(*handle);
      auto read = [self, kept, then](Result<Buffer> content) {
        if (!content) return self->done_(fail(content.error()));
        then(kept, std::move(*content));
      };
      kept->read(0, io::whole_sectors(file.bytes), read);
    };
    disk_.open(path_of(file.base), {.mode = mode, .direct = true}, std::move(opened));
  }

  void rebuild_index(const FoundSegment& file, Offset end) {
    auto walk_it = [self = shared_from_this(), file, end](const std::shared_ptr<io::File>&,
                                                          const Buffer& content) {
      auto walk = walk_segment(
          self->key(), file.base, content, [](const SegmentHead&) {},
          [](const wire::Batch&, uint64_t) {});
      if (!walk) return self->take_damaged(file, self->nothing_of(file), 0, walk.error().detail);
      const SegmentSummary& found = walk->index.summary();
      if (!self->continues_before(found))
        return self->corrupt(file.base, 0, "it does not continue the segment before");
      if (!self->continues(found, file, end))
        return self->take_damaged(
            file, found, walk->stopped_at,
            walk->stopped_by.empty() ? "the next segment does not continue it" : walk->stopped_by);
      self->segments_->sealed_.push_back(walk->index.summary());
      // Only a help: where it cannot be written it is made again.
      store_index(self->disk_, self->segments_->path(index_name(file.base)),
                  walk->index.encode(self->key()), [self](Result<void>) { self->next(); });
    };
    with_content(file, io::OpenMode::kRead, walk_it);
  }

  SegmentSummary nothing_of(const FoundSegment& file) const {
    SegmentSummary nothing;
    nothing.base = nothing.end = file.base;
    if (!segments_->sealed_.empty()) nothing.before = segments_->sealed_.back().after;
    return nothing;
  }

  // A sealed segment that cannot be read to its end, `found` as far as it can be: it is named, and
  // written again (mending.cc). The next one's head knows how the log stands behind it; of two that
  // are damaged nobody here does.
  void take_damaged(const FoundSegment& file, SegmentSummary found, uint64_t position,
                    std::string_view why) {
    Error damage = damage_at(file.base, position, why);
    FoundSegment next = found_[segments_->sealed_.size() + 1];
    if (found.end > next.base || next.bytes == 0) return done_(fail(damage));
    auto headed = [self = shared_from_this(), file, next, found = std::move(found), damage](
                      const std::shared_ptr<io::File>&, const Buffer& content) mutable {
      auto head = decode_head(content);
      if (!head || head->key != self->key() || head->begin.offset != next.base)
        return self->done_(fail(damage));
      found.end = head->begin.offset;
      found.after = head->begin.chain;
      found.last_time = head->begin.time;
      found.bytes = file.bytes;
      // Some of these may stand in others alone: retention asks one more for nothing.
      for (const auto& [topic, seq] : head->begin.next_seqs) found.topics[topic].end = seq;
      self->segments_->sealed_.push_back(std::move(found));
      self->segments_->note_damage(damage, file.base);
      self->next();
    };
    with_content(next, io::OpenMode::kRead, std::move(headed));
  }

  void read_last() {
    FoundSegment file = found_.back();
    auto walk_it = [self = shared_from_this(), file](std::shared_ptr<io::File> handle,
                                                     const Buffer& content) {
      auto restored = Result<void>();
      std::optional<uint64_t> unsafe;
      auto walk = walk_segment(
          self->key(), file.base, content,
          [&](const SegmentHead& head) { restored = self->restoring_->on_snapshot(head.snapshot); },
          [&](const wire::Batch& batch, uint64_t position) {
            if (restored) self->restoring_->on_batch(batch);
            if (!unsafe && batch.header().end_offset() > self->stored_) unsafe = position;
          });
      if (!walk) return self->give_up_last(file, walk.error().detail);
      if (!restored) return self->corrupt(file.base, 0, restored.error().detail);
      if (self->head_may_be_unsafe(file.base)) unsafe = 0;
      Buffer rest;
      if (unsafe) rest = self->from(*unsafe, content, walk->position);
      self->take_last(file, std::move(handle), std::move(*walk), std::move(rest));
    };
    with_content(file, io::OpenMode::kWrite, walk_it);
  }

  // A segment that was being made when the process died holds nothing yet.
  void give_up_last(const FoundSegment& file, const std::string& why) {
    Offset before = segments_->sealed_.empty() ? Offset(0) : segments_->sealed_.back().end;
    if (stored_ > file.base || file.base != before) return corrupt(file.base, 0, why);
    found_.pop_back();
    if (!segments_->sealed_.empty()) segments_->sealed_.pop_back();
    auto synced = [self = shared_from_this()](Result<void> gone) {
      if (!gone) return self->done_(fail(gone.error()));
      self->next();
    };
    disk_.remove(path_of(file.base), [self = shared_from_this(), synced](Result<void> gone) {
      if (!gone) return synced(gone);
      self->disk_.sync_directory(self->segments_->options_.directory, synced);
    });
  }

  // Nothing behind it was ever stored, and what the log had before it stands elsewhere. Of a head
  // that came from another replica the journal knows that it is safe.
  bool head_may_be_unsafe(Offset base) const {
    return base >= stored_ && (base == Offset(0) || !segments_->sealed_.empty());
  }

  // The file from the sector of a byte on, with zeros behind its last batch.
  static Buffer from(uint64_t byte, const Buffer& content, uint64_t end) {
    byte = byte / io::kSector * io::kSector;
    OwnedBytes rest(io::whole_sectors(end) - byte, io::kSector);
    size_t there = std::min<uint64_t>(end, content.size()) - byte;
    std::memcpy(rest.data(), content.data() + byte, there);
    std::memset(rest.data() + there, 0, rest.size() - there);
    return Buffer(std::move(rest));
  }

  // `rest`: what stands at its end and is not known to be safe.
  void take_last(const FoundSegment& file, std::shared_ptr<io::File> handle, SegmentWalk walk,
                 Buffer rest) {
    const auto& sealed = segments_->sealed_;
    if (!sealed.empty() && sealed.back().after != walk.head.begin.chain)
      return corrupt(file.base, 0, "it does not continue the segment before");
    if (walk.end.offset < stored_)
      return corrupt(file.base, walk.stopped_at,
                     walk.stopped_by.empty() ? "the file ends too early" : walk.stopped_by);
    uint64_t position = io::whole_sectors(walk.position);
    bool clean = walk.stopped_by.empty() && position == file.bytes;
    Segments& segments = *segments_;
    segments.open_ = {handle, std::make_shared<Index>(std::move(walk.index)), position};
    segments.appended_ = walk.end;
    segments.segment_bytes_ = walk.position;
    segments.segment_base_ = file.base;
    segments.written_ = segments.stored_ = segments.released_ = walk.end.offset;
    if (clean) return write_again(std::move(rest));
    auto grown = [self = shared_from_this(), rest = std::move(rest)](Result<void> done) {
      if (!done) return self->done_(fail(done.error()));
      self->write_again(rest);
    };
    auto cut = [self = shared_from_this(), handle, position, grown](Result<void> done) {
      if (!done) return self->done_(fail(done.error()));
      handle->resize(position, grown);
    };
    handle->resize(walk.position, cut);
  }

  // What was read may never have been synced by whoever wrote it; and where that sync failed, no
  // later one says anything of it, whoever asks. So it is written again before it is synced.
  void write_again(Buffer rest) {
    if (rest.empty()) return sync();
    const Segments::OpenSegment& open = *segments_->open_;
    uint64_t from = open.position - rest.size();
    auto written = [self = shared_from_this()](Result<void> done) {
      if (!done) return self->done_(fail(done.error()));
      self->sync();
    };
    open.file->write(from, std::move(rest), io::Durability::kCached, written);
  }

  // With it the file's length.
  void sync() {
    segments_->open_->file->sync([self = shared_from_this()](Result<void> synced) {
      if (!synced) return self->done_(fail(synced.error()));
      self->done_(std::move(self->segments_));
    });
  }

  io::Disk& disk_;
  Offset stored_;
  std::shared_ptr<Restoring> restoring_;
  std::unique_ptr<Segments> segments_;
  io::Done<std::unique_ptr<Segments>> done_;
  std::vector<FoundSegment> found_;
  std::map<std::string, uint64_t> bytes_;  // of every file, by name
  std::vector<std::string> left_over_;     // indexes
};

void Segments::open(Scheduler& scheduler, io::Disk& disk, Options options, Offset stored,
                    std::shared_ptr<Restoring> restoring,
                    io::Done<std::unique_ptr<Segments>> done) {
  std::make_shared<Opening>(scheduler, disk, std::move(options), stored, std::move(restoring),
                            std::move(done))
      ->start();
}

}  // namespace usher::log

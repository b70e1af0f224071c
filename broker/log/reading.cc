// Reads: the segment's index says where to begin, one piece of the file is read, and what is in it
// is served once it has proved itself.
#include <algorithm>

#include <fmt/format.h>

#include "broker/log/batch_scan.h"
#include "broker/log/index_file.h"
#include "broker/log/segment_walk.h"
#include "broker/log/segments.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::log {
namespace {

Error gone(Offset offset, Offset start) {
  return {ErrorCode::OFFSET_GONE,
          fmt::format("offset {}; the first is {}", offset.value(), start.value())};
}

Error damage_at(const std::string& path, uint64_t position, std::string_view why) {
  return {ErrorCode::SEGMENT_CORRUPT, fmt::format("{} at byte {}: {}", path, position, why)};
}

}  // namespace

void Segments::read(const Read& asked, io::Done<std::vector<wire::Batch>> done) {
  CHECK(asked.from < written_, "what is not written is in the tail");
  auto found = [this, asked, done = std::move(done)](Result<Loaded> segment) mutable {
    if (!segment) return done(fail(segment.error()));
    uint64_t wanted = std::min<uint64_t>(asked.bytes_max, limits::kSegmentReadBytes);
    read_piece(*segment, asked, limits::kIndexEveryBytes + wanted, std::move(done));
  };
  with_segment(asked.from, std::move(found));
}

// The segment that holds the offset. Answers at once where it is in memory.
void Segments::with_segment(Offset of, io::Done<Loaded> done) {
  if (of < start()) return refuse(gone(of, start()), std::move(done));
  if (of >= open_base()) return done(Loaded{open_->file, open_->index, open_->position});
  auto behind = std::ranges::upper_bound(sealed_, of, {}, &SegmentSummary::base);
  const SegmentSummary& summary = *std::prev(behind);
  // It was lost.
  if (summary.bytes == 0) return refuse(damaged_.at(summary.base), std::move(done));
  for (const Loaded& loaded : loaded_)
    if (loaded.base() == summary.base) {
      Loaded found = loaded;
      remember(found);
      return done(std::move(found));
    }
  auto [waiting, is_first] = waiting_.try_emplace(summary.base);
  waiting->second.push_back(std::move(done));
  if (!is_first) return;
  to_load_.push_back(summary.base);
  load_next();
}

// A segment is opened once for all who want it, and few at a time: however many readers come to old
// segments at once, the files that are open are not more for it.
void Segments::load_next() {
  while (loading_ < limits::kSegmentLoads && !to_load_.empty()) {
    Offset base = to_load_.front();
    to_load_.pop_front();
    ++loading_;
    auto done = [this, base](Result<Loaded> found) { loaded(base, std::move(found)); };
    if (const SegmentSummary* summary = sealed_at(base))
      load(*summary, std::move(done));
    else
      refuse(gone(base, start()), std::move(done));
  }
}

void Segments::loaded(Offset base, Result<Loaded> found) {
  --loading_;
  std::vector<io::Done<Loaded>> waiting = std::move(waiting_.extract(base).mapped());
  const SegmentSummary* now = sealed_at(base);
  if (found && now && found->index->summary() == *now) remember(*found);
  if (!found && !now) found = fail(gone(base, start()));  // removed meanwhile
  load_next();
  // Whoever is answered may destroy this.
  auto alive = alive_;
  for (io::Done<Loaded>& done : waiting)
    if (*alive) done(found);
}

void Segments::refuse(Error why, io::Done<Loaded> done) {
  scheduler_.post([why = std::move(why), done = alive<Loaded>(std::move(done))]() mutable {
    done(fail(std::move(why)));
  });
}

void Segments::remember(const Loaded& loaded) {
  std::erase_if(loaded_, [&](const Loaded& other) { return other.base() == loaded.base(); });
  loaded_.push_front(loaded);
  if (loaded_.size() > limits::kSegmentsOpen && !planted(Bug::kSegmentsStayOpen))
    loaded_.pop_back();
}

void Segments::load(const SegmentSummary& summary, io::Done<Loaded> done) {
  auto with_index = [this, done = std::move(done)](Result<Loaded> loaded) mutable {
    if (!loaded) return done(std::move(loaded));
    check_head(std::move(*loaded), std::move(done));
  };
  auto opened = [this, summary,
                 done = std::move(with_index)](Result<std::unique_ptr<io::File>> file) mutable {
    if (!file) return done(fail(file.error()));
    load_index({std::move(*file), {}, io::whole_sectors(summary.bytes)}, summary, std::move(done));
  };
  disk_.open(path(segment_name(summary.base)), {.mode = io::OpenMode::kRead, .direct = true},
             alive<std::unique_ptr<io::File>>(std::move(opened)));
}

// No reader of batches needs it, but whoever lacks what retention took will, and a mending: once in
// a life it is looked at. Its damage keeps nobody from the batches, which prove themselves.
void Segments::check_head(Loaded loaded, io::Done<Loaded> done) {
  if (!heads_checked_.insert(loaded.base()).second) return done(std::move(loaded));
  std::shared_ptr<io::File> file = loaded.file;
  uint64_t bytes = loaded.index->begins_at();
  auto looked = [this, loaded = std::move(loaded),
                 done = std::move(done)](Result<Buffer> content) mutable {
    if (content) {
      auto head = decode_head(*content);
      if (!head || !is_head_of(*head, loaded.index->summary()))
        note_damage(damage_at(path(segment_name(loaded.base())), 0,
                              head ? "the head of another segment" : head.error().detail),
                    loaded.base());
    }
    done(std::move(loaded));
  };
  file->read(0, bytes, alive<Buffer>(std::move(looked)));
}

void Segments::load_index(Loaded loaded, const SegmentSummary& summary, io::Done<Loaded> done) {
  auto read = [this, loaded = std::move(loaded), summary,
               done = std::move(done)](Result<Index> index) mutable {
    if (!index || index->summary() != summary) {
      note_index(summary.base, index);
      return rebuild_index(std::move(loaded), summary, std::move(done));
    }
    loaded.index = std::make_shared<const Index>(std::move(*index));
    done(std::move(loaded));
  };
  log::load_index(disk_, options_.key, path(index_name(summary.base)), index_bytes_max(summary),
                  alive<Index>(std::move(read)));
}

void Segments::note_index(Offset base, const Result<Index>& found) {
  remade_indexes_.push_back(damage_at(
      path(index_name(base)), 0, found ? "an index of another segment" : found.error().detail));
}

void Segments::rebuild_index(Loaded loaded, const SegmentSummary& summary, io::Done<Loaded> done) {
  auto walked = [this, loaded, summary, done = std::move(done)](Result<Buffer> bytes) mutable {
    if (!bytes) return done(fail(bytes.error()));
    std::string name = path(segment_name(summary.base));
    auto walk = walk_segment(
        options_.key, summary.base, *bytes, [](const SegmentHead&) {},
        [](const wire::Batch&, uint64_t) {});
    std::optional<Error> damage;
    if (!walk)
      damage = damage_at(name, 0, walk.error().detail);
    else if (walk->index.summary() != summary)
      damage = damage_at(name, walk->stopped_at, walk->stopped_by);
    if (damage) {
      note_damage(*damage, summary.base);
      return done(fail(std::move(*damage)));
    }
    loaded.index = std::make_shared<const Index>(std::move(walk->index));
    done(std::move(loaded));
  };
  loaded.file->read(0, loaded.bytes, alive<Buffer>(std::move(walked)));
}

void Segments::read_piece(const Loaded& from, const Read& asked, uint64_t bytes,
                          io::Done<std::vector<wire::Batch>> done) {
  IndexEntry entry = from.index->at_offset(asked.from);
  uint64_t begin = entry.position / io::kSector * io::kSector;
  CHECK(begin < from.bytes);
  uint64_t size = std::min(io::whole_sectors(entry.position - begin + bytes), from.bytes - begin);
  auto scanned = [this, from, asked, entry, begin, size,
                  done = std::move(done)](Result<Buffer> piece) mutable {
    if (!piece) return done(fail(piece.error()));
    bool all = piece->size() == size;
    BatchScan scan(options_.key, std::move(*piece), begin, entry.position, entry.offset,
                   entry.before);
    std::vector<wire::Batch> batches;
    uint64_t taken = 0;
    BatchScan::Found found = scan.next();
    for (; found == BatchScan::Found::kBatch; found = scan.next()) {
      const wire::BatchHeader& header = scan.batch().header();
      if (header.end_offset() <= asked.from) continue;
      if (header.end_offset() > asked.limit) break;
      taken += header.batch_bytes();
      if (!batches.empty() && taken > asked.bytes_max) break;
      batches.push_back(scan.batch());
    }
    // What proved itself is served. What did not is noted all the same: nobody may come to meet it
    // again, where an entry of the index stands right behind it.
    if (found == BatchScan::Found::kDamaged)
      note_damage(damage_at(path(segment_name(from.base())), scan.stopped_at(), scan.why()),
                  from.base());
    if (!batches.empty() || found == BatchScan::Found::kBatch) return done(std::move(batches));
    if (found == BatchScan::Found::kCut && all && begin + size < from.bytes)
      return read_piece(from, asked, scan.bytes_wanted(), std::move(done));
    std::string_view why = found == BatchScan::Found::kDamaged ? std::string_view(scan.why())
                                                               : "the file ends too early";
    Error damage = damage_at(path(segment_name(from.base())), scan.stopped_at(), why);
    note_damage(damage, from.base());
    done(fail(std::move(damage)));
  };
  from.file->read(begin, size, alive<Buffer>(std::move(scanned)));
}

void Segments::offset_at(WallTime time, io::Done<Offset> done) {
  auto later = [&](const SegmentSummary& summary) { return summary.last_time >= time; };
  auto found = std::ranges::find_if(sealed_, later);
  bool in_open =
      found == sealed_.end() && open_ && !open_->index->empty() && later(open_->index->summary());
  if (found == sealed_.end() && !in_open) {
    scheduler_.post(
        [end = written_, done = alive<Offset>(std::move(done))]() mutable { done(end); });
    return;
  }
  Offset base = in_open ? open_base() : found->base;
  auto look = [this, time, done = std::move(done)](Result<Loaded> segment) mutable {
    if (!segment) return done(fail(segment.error()));
    look_for(time, segment->index->at_time(time).offset, std::move(done));
  };
  with_segment(base, std::move(look));
}

void Segments::look_for(WallTime time, Offset from, io::Done<Offset> done) {
  auto looked = [this, time,
                 done = std::move(done)](Result<std::vector<wire::Batch>> batches) mutable {
    if (!batches) return done(fail(batches.error()));
    for (const wire::Batch& batch : *batches)
      if (batch.header().place().time >= time) return done(batch.header().place().base_offset);
    look_for(time, batches->back().header().end_offset(), std::move(done));
  };
  read({.from = from, .limit = written_}, std::move(looked));
}

}  // namespace usher::log

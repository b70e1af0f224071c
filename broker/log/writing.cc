// Committed batches go to the open segment in large pieces, one in flight. Every piece begins at a
// sector and is filled up with zeros, so no sector is ever written twice: what was written stays.
#include <algorithm>
#include <cstring>

#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {

Segments::Segments(Scheduler& scheduler, io::Disk& disk, Options options)
    : scheduler_(scheduler), disk_(disk), options_(std::move(options)) {
  CHECK(options_.segment_bytes <= limits::kSegmentBytes);
}

Segments::~Segments() {
  *alive_ = false;
  if (timer_) scheduler_.cancel(*timer_);
}

uint64_t Segments::bytes() const {
  uint64_t bytes = open_ ? open_->position : 0;
  for (const SegmentSummary& summary : sealed_) bytes += summary.bytes;
  return bytes;
}

void Segments::append(const wire::Batch& batch, const std::function<Buffer()>& snapshot) {
  const wire::BatchHeader& header = batch.header();
  CHECK(header.place().base_offset == appended_.offset, "committed batches come in their order");
  Queued queued{batch};
  // One without a batch goes on whatever comes: the next would have its name.
  bool full = segment_bytes_ + header.batch_bytes() > options_.segment_bytes &&
              appended_.offset > segment_base_;
  if (segment_bytes_ == 0 || full) {
    queued.begins = {.key = options_.key, .begin = appended_, .snapshot = snapshot()};
    segment_bytes_ = head_bytes(*queued.begins);
    segment_base_ = appended_.offset;
  }
  segment_bytes_ += header.batch_bytes();
  appended_.pass(header);
  queue_.push_back(std::move(queued));
  count_released();
  pump();
}

void Segments::release(Offset end) {
  released_ = end;
  count_released();
  pump();
}

void Segments::count_released() {
  while (released_count_ < queue_.size()) {
    const wire::BatchHeader& header = queue_[released_count_].batch.header();
    if (header.end_offset() > released_) return;
    released_bytes_ += header.batch_bytes();
    ++released_count_;
  }
}

// Does what there is to do next, if nothing is being done.
void Segments::pump() {
  stop_if_idle();
  if (busy_ || failure_ || is_stopped_) return;
  if (released_count_ > 0 && queue_.front().begins) return begin_segment();
  if (released_count_ > 0 && (due_ || released_bytes_ >= limits::kSegmentWriteBytes))
    return write_some();
  if (unsynced_bytes_ > 0 && (due_ || unsynced_bytes_ >= options_.sync_bytes))
    return sync([this] { go_on(); });
  due_ = false;
  write_later();
}

void Segments::write_later() {
  if (timer_ || (queue_.empty() && unsynced_bytes_ == 0)) return;
  timer_ = scheduler_.after(options_.write_after, [this] {
    timer_.reset();
    due_ = true;
    pump();
  });
}

void Segments::go_on() {
  busy_ = false;
  pump();
}

void Segments::write_some() {
  busy_ = true;
  size_t count = 0;
  size_t bytes = 0;
  while (count < released_count_ && (count == 0 || !queue_[count].begins) &&
         bytes < limits::kSegmentWriteBytes)
    bytes += queue_[count++].batch.header().batch_bytes();
  size_t padded = (bytes + io::kSector - 1) / io::kSector * io::kSector;
  io::KeptMemory::Piece piece = options_.memory->take(padded);
  std::byte* to = piece.data();
  auto put = [&to](Bytes from) {
    if (!from.empty()) std::memcpy(to, from.data(), from.size());
    to += from.size();
  };
  for (size_t i = 0; i < count; ++i) {
    put(queue_[i].batch.header().bytes());
    put(queue_[i].batch.body());
  }
  std::memset(to, 0, padded - bytes);
  open_->file->write(
      open_->position, std::move(piece).freeze(), io::Durability::kCached,
      next([this, count, padded] { on_wrote(count, padded); }, [this] { write_some(); }));
}

void Segments::on_wrote(size_t batches, uint64_t bytes) {
  uint64_t position = open_->position;
  for (size_t i = 0; i < batches; ++i) {
    const wire::BatchHeader& header = queue_.front().batch.header();
    open_->index->note(header, position);
    position += header.batch_bytes();
    written_ = header.end_offset();
    released_bytes_ -= header.batch_bytes();
    --released_count_;
    queue_.pop_front();
  }
  open_->position += bytes;
  unsynced_bytes_ += bytes;
  owner_->on_written(written_);
  go_on();
}

void Segments::sync(Callback then) {
  busy_ = true;
  // A sync that failed says nothing about any later one: never again.
  open_->file->sync(
      alive<void>([this, end = written_, then = std::move(then)](Result<void> synced) mutable {
        if (!synced) return on_failure(synced.error(), {});
        stored_ = end;
        unsynced_bytes_ = 0;
        owner_->on_stored(end);
        then();
      }));
}

// For a step that may be done again once the disk has room.
template <class Step>
io::Done<void> Segments::next(Step step, Callback again) {
  return alive<void>(
      [this, step = std::move(step), again = std::move(again)](Result<void> done) mutable {
        if (!done) return on_failure(done.error(), std::move(again));
        step();
      });
}

void Segments::on_failure(const Error& why, Callback again) {
  if (why.code == ErrorCode::DISK_FULL && again) {
    scheduler_.after(limits::kDiskFullRetry, [alive = alive_, again = std::move(again)]() mutable {
      if (*alive) again();
    });
    return;
  }
  failure_ = why;
  stop_if_idle();
  owner_->on_segments_failed(why);
}

}  // namespace usher::log

#include "broker/log/batch_scan.h"

#include <algorithm>

#include "broker/io/disk.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"
#include "proto/wire/batch_format.h"

namespace usher::log {

BatchScan::BatchScan(Key key, Buffer piece, uint64_t begin, uint64_t position, Offset offset,
                     const wire::Chain& chain)
    : key_(key),
      piece_(std::move(piece)),
      begin_(begin),
      at_(position - begin),
      position_(position),
      offset_(offset),
      chain_(chain) {}

BatchScan::Found BatchScan::next() {
  while (skip_zeros()) {
  }
  if (at_ >= piece_.size()) return Found::kEnd;
  size_t left = piece_.size() - at_;
  const std::byte* here = piece_.bytes().data() + at_;
  if (left >= wire::format::kFixedBytes) {
    if (load_le<uint32_t>(here + wire::format::kMagicAt) != wire::format::kMagic)
      return damaged("no batch");
    uint32_t size = load_le<uint32_t>(here + wire::format::kBatchBytesAt);
    if (size > limits::kBatchBytes) return damaged("a batch over its limit");
    bytes_wanted_ = stopped_at() + size - begin_;
  } else {
    bytes_wanted_ = stopped_at() + limits::kBatchBytes - begin_;
  }
  if (left < wire::format::kFixedBytes || bytes_wanted_ > piece_.size()) return Found::kCut;

  auto batch = wire::Batch::decode(piece_.slice(at_, left));
  if (!batch) return damaged(batch.error().detail);
  if (auto continues = check_continues(batch->header(), key_, offset_, chain_); !continues)
    return damaged(continues.error().detail);
  if (auto whole = batch->check_crcs(); !whole) return damaged(whole.error().detail);
  batch_ = std::move(*batch);
  batch_position_ = stopped_at();
  at_ += batch_->header().batch_bytes();
  position_ = stopped_at();
  offset_ = batch_->header().end_offset();
  chain_ = batch_->header().chain();
  return Found::kBatch;
}

// True where zeros up to the next sector were skipped. No batch begins with a zero.
bool BatchScan::skip_zeros() {
  if (at_ >= piece_.size()) return false;
  uint64_t sector_end = (stopped_at() / io::kSector + 1) * io::kSector;
  size_t left = std::min<uint64_t>(piece_.size() - at_, sector_end - stopped_at());
  Bytes rest = piece_.bytes().subspan(at_, left);
  if (std::ranges::any_of(rest, [](std::byte byte) { return byte != std::byte{0}; })) return false;
  at_ += left;
  return true;
}

BatchScan::Found BatchScan::damaged(std::string why) {
  why_ = std::move(why);
  return Found::kDamaged;
}

}  // namespace usher::log

#include "tools/audit/log/segment_file.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"
#include "proto/wire/batch_format.h"

namespace usher::audit {
namespace {

constexpr uint64_t kSegmentSector = 4096;
constexpr size_t kWindow = limits::kMiB;

// The head, as docs/formats/segment.md has it.
constexpr uint32_t kSegmentMagic = 0x53687355;  // "UshS"
constexpr uint16_t kSegmentVersion = 1;
constexpr size_t kHeadCrcAt = 4;
constexpr size_t kHeadVersionAt = 8;
constexpr size_t kSpaceAt = 12;
constexpr size_t kPartitionAt = 16;
constexpr size_t kTopicsAt = 20;
constexpr size_t kOffsetAt = 24;
constexpr size_t kTimeAt = 32;
constexpr size_t kSnapshotBytesAt = 40;
constexpr size_t kChainAt = 48;
constexpr size_t kFixedBytes = 96;
constexpr size_t kSeqBytes = 16;

std::unexpected<Error> no_head(const char* why) { return fail(ErrorCode::SEGMENT_CORRUPT, why); }

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

Result<SegmentFile> SegmentFile::open(DataFile file, std::optional<PartitionKey> key) {
  SegmentFile segment(std::move(file));
  TRY_ASSIGN(Buffer fixed, segment.look(0, kFixedBytes));
  if (fixed.size() < kFixedBytes) return no_head("the file is shorter than a segment's head");
  const std::byte* from = fixed.data();
  if (load_le<uint32_t>(from) != kSegmentMagic)
    return no_head("the file does not begin as a segment");
  uint64_t topics = load_le<uint32_t>(from + kTopicsAt);
  uint64_t snapshot = load_le<uint64_t>(from + kSnapshotBytesAt);
  uint64_t room = segment.file_.size() - kFixedBytes;
  if (snapshot > room || topics * kSeqBytes > room - snapshot)
    return no_head("the head goes on behind the file");
  uint64_t used = kFixedBytes + topics * kSeqBytes + snapshot;
  TRY_ASSIGN(Buffer head, segment.look(0, used));
  from = head.data();
  if (load_le<uint32_t>(from + kHeadCrcAt) != crc32c(head.bytes().subspan(kHeadVersionAt)))
    return no_head("the head does not match its CRC");
  if (load_le<uint16_t>(from + kHeadVersionAt) != kSegmentVersion)
    return fail(ErrorCode::VERSION_UNSUPPORTED, "a segment of another version");
  PartitionKey said{SpaceId(load_le<uint32_t>(from + kSpaceAt)),
                    PartitionId(load_le<uint32_t>(from + kPartitionAt))};
  if (key && said != *key) return no_head("the head is another partition's");
  segment.key_ = said;
  segment.snapshot_bytes_ = snapshot;
  Boundary& begin = segment.begin_;
  begin.offset = Offset(load_le<uint64_t>(from + kOffsetAt));
  begin.time = WallTime(load_le<int64_t>(from + kTimeAt));
  std::memcpy(begin.chain.value.data(), from + kChainAt, begin.chain.value.size());
  for (size_t i = 0; i < topics; ++i) {
    const std::byte* row = from + kFixedBytes + kSeqBytes * i;
    begin.next_seqs[TopicId(load_le<uint32_t>(row))] = Seq(load_le<uint64_t>(row + 8));
  }
  segment.next_ = (used + kSegmentSector - 1) / kSegmentSector * kSegmentSector;
  return segment;
}

Result<Buffer> SegmentFile::look(uint64_t position, size_t bytes) {
  bool inside = position >= window_at_ && position + bytes <= window_at_ + window_.size();
  if (!inside) {
    TRY_ASSIGN(window_, file_.read(position, std::max(bytes, kWindow)));
    window_at_ = position;
  }
  size_t at = position - window_at_;
  return window_.slice(at, std::min(window_.size() - at, std::max(bytes, size_t{1})));
}

// True where zeros up to the next sector were passed.
Result<bool> SegmentFile::skip_zeros() {
  if (next_ >= file_.size()) return false;
  TRY_ASSIGN(Buffer first, look(next_, 1));
  if (first.empty() || first.data()[0] != std::byte{0}) return false;
  uint64_t sector_end = (next_ / kSegmentSector + 1) * kSegmentSector;
  TRY_ASSIGN(Buffer rest, look(next_, sector_end - next_));
  if (!all_zero(rest)) return false;
  next_ = sector_end;
  return true;
}

SegmentFile::Found SegmentFile::damaged(std::string why) {
  why_ = std::move(why);
  return Found::kDamaged;
}

Result<SegmentFile::Found> SegmentFile::next() {
  bool more = true;
  while (more) {
    TRY_ASSIGN(more, skip_zeros());
  }
  position_ = next_;
  if (position_ >= file_.size()) return Found::kEnd;
  TRY_ASSIGN(Buffer fixed, look(position_, wire::format::kFixedBytes));
  if (fixed.size() < wire::format::kFixedBytes)
    return damaged("the file ends within a batch's header");
  if (load_le<uint32_t>(fixed.data()) != wire::format::kMagic)
    return damaged("no batch begins here");
  uint32_t bytes = load_le<uint32_t>(fixed.data() + wire::format::kBatchBytesAt);
  if (bytes > limits::kBatchBytes || bytes < wire::format::kFixedBytes)
    return damaged("a batch's header with an impossible length");
  TRY_ASSIGN(Buffer whole, look(position_, bytes));
  if (whole.size() < bytes) return damaged("the file ends within a batch");
  auto batch = wire::Batch::decode(whole);
  if (!batch) return damaged(batch.error().detail);
  if (!batch->header().sealed()) return damaged("a batch without a place");
  batch_ = std::move(*batch);
  next_ = position_ + batch_->header().batch_bytes();
  return Found::kBatch;
}

Result<bool> SegmentFile::skip_damage() {
  constexpr std::array<std::byte, 4> kBegin = {std::byte{0x55}, std::byte{0x73}, std::byte{0x68},
                                               std::byte{0x42}};
  uint64_t at = position_ + 1;
  while (at + wire::format::kFixedBytes <= file_.size()) {
    TRY_ASSIGN(Buffer piece, look(at, std::min<uint64_t>(kWindow, file_.size() - at)));
    auto found = std::ranges::search(piece.bytes(), kBegin);
    if (found.empty()) {
      at += piece.size() - kBegin.size() + 1;
      continue;
    }
    at += static_cast<uint64_t>(found.begin() - piece.bytes().begin());
    std::string why = why_;
    uint64_t damage = position_;
    next_ = at;
    TRY_ASSIGN(Found what, next());
    if (what == Found::kBatch && batch_->header().place().partition == key_.partition &&
        batch_->header().place().space == key_.space) {
      next_ = at;
      return true;
    }
    why_ = std::move(why);
    position_ = damage;
    ++at;
  }
  next_ = file_.size();
  return false;
}

}  // namespace usher::audit

#include "broker/log/segment_head.h"

#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "broker/io/disk.h"
#include "proto/base/check.h"
#include "proto/base/crc32c.h"
#include "proto/base/little_endian.h"

namespace usher::log {
namespace {

constexpr uint32_t kSegmentMagic = 0x53687355;  // "UshS"
constexpr uint16_t kSegmentVersion = 1;
constexpr size_t kCrcAt = 4;  // over all from kVersionAt to the snapshot's end
constexpr size_t kVersionAt = 8;
constexpr size_t kSpaceAt = 12;
constexpr size_t kPartitionAt = 16;
constexpr size_t kTopicsAt = 20;
constexpr size_t kOffsetAt = 24;
constexpr size_t kTimeAt = 32;
constexpr size_t kSnapshotBytesAt = 40;
constexpr size_t kChainAt = 48;
constexpr size_t kHeadFixedBytes = 96;
constexpr size_t kHeadSeqBytes = 16;

constexpr size_t kDigits = 20;
constexpr std::string_view kSegmentEnding = ".segment";
constexpr std::string_view kIndexEnding = ".index";

size_t used_bytes(size_t topics, size_t snapshot) {
  return kHeadFixedBytes + kHeadSeqBytes * topics + snapshot;
}

size_t whole_sectors(size_t bytes) { return (bytes + io::kSector - 1) / io::kSector * io::kSector; }

std::optional<Offset> base_in(std::string_view name, std::string_view ending) {
  if (!name.ends_with(ending)) return std::nullopt;
  name.remove_suffix(ending.size());
  uint64_t base = 0;
  auto parsed = std::from_chars(name.data(), name.data() + name.size(), base);
  if (name.size() != kDigits || parsed.ec != std::errc() || parsed.ptr != name.data() + name.size())
    return std::nullopt;
  return Offset(base);
}

std::unexpected<Error> bad_head(const char* what) { return fail(ErrorCode::SEGMENT_CORRUPT, what); }

}  // namespace

uint64_t head_bytes(const SegmentHead& head) {
  return whole_sectors(used_bytes(head.begin.next_seqs.size(), head.snapshot.size()));
}

Buffer encode_head(const SegmentHead& head) {
  OwnedBytes bytes(head_bytes(head), io::kSector);
  std::byte* to = bytes.data();
  std::memset(to, 0, bytes.size());
  store_le(to, kSegmentMagic);
  store_le(to + kVersionAt, kSegmentVersion);
  store_le(to + kSpaceAt, head.key.space.value());
  store_le(to + kPartitionAt, head.key.partition.value());
  store_le(to + kTopicsAt, static_cast<uint32_t>(head.begin.next_seqs.size()));
  store_le(to + kOffsetAt, head.begin.offset.value());
  store_le(to + kTimeAt, head.begin.time.us_since_1970());
  store_le(to + kSnapshotBytesAt, static_cast<uint64_t>(head.snapshot.size()));
  std::memcpy(to + kChainAt, head.begin.chain.value.data(), head.begin.chain.value.size());
  std::byte* row = to + kHeadFixedBytes;
  for (const auto& [topic, seq] : head.begin.next_seqs) {
    store_le(row, topic.value());
    store_le(row + 8, seq.value());
    row += kHeadSeqBytes;
  }
  if (!head.snapshot.empty()) std::memcpy(row, head.snapshot.bytes().data(), head.snapshot.size());
  size_t used = used_bytes(head.begin.next_seqs.size(), head.snapshot.size());
  store_le(to + kCrcAt, crc32c(Bytes(to + kVersionAt, used - kVersionAt)));
  return Buffer(std::move(bytes));
}

Result<SegmentHead> decode_head(const Buffer& file) {
  if (file.size() < kHeadFixedBytes) return bad_head("a segment without its head");
  const std::byte* from = file.bytes().data();
  if (load_le<uint32_t>(from) != kSegmentMagic) return bad_head("a file that is no segment");
  uint64_t topics = load_le<uint32_t>(from + kTopicsAt);
  uint64_t snapshot = load_le<uint64_t>(from + kSnapshotBytesAt);
  uint64_t room = file.size() - kHeadFixedBytes;
  if (snapshot > room || topics * kHeadSeqBytes > room - snapshot)
    return bad_head("a head that goes on behind the file");
  size_t used = used_bytes(topics, snapshot);
  if (load_le<uint32_t>(from + kCrcAt) != crc32c(Bytes(from + kVersionAt, used - kVersionAt)))
    return bad_head("a head that does not match its CRC");
  if (load_le<uint16_t>(from + kVersionAt) != kSegmentVersion)
    return fail(ErrorCode::VERSION_UNSUPPORTED, "a segment of another version");
  SegmentHead head;
  head.key = {.space = SpaceId(load_le<uint32_t>(from + kSpaceAt)),
              .partition = PartitionId(load_le<uint32_t>(from + kPartitionAt))};
  head.begin.offset = Offset(load_le<uint64_t>(from + kOffsetAt));
  head.begin.time = WallTime(load_le<int64_t>(from + kTimeAt));
  std::memcpy(head.begin.chain.value.data(), from + kChainAt, head.begin.chain.value.size());
  for (size_t i = 0; i < topics; ++i) {
    const std::byte* row = from + kHeadFixedBytes + kHeadSeqBytes * i;
    head.begin.next_seqs[TopicId(load_le<uint32_t>(row))] = Seq(load_le<uint64_t>(row + 8));
  }
  head.snapshot = file.slice(kHeadFixedBytes + kHeadSeqBytes * topics, snapshot);
  return head;
}

std::string segment_name(Offset base) {
  return fmt::format("{:0{}}{}", base.value(), kDigits, kSegmentEnding);
}

std::string index_name(Offset base) {
  return fmt::format("{:0{}}{}", base.value(), kDigits, kIndexEnding);
}

std::optional<Offset> base_of_segment(std::string_view name) {
  return base_in(name, kSegmentEnding);
}

std::optional<Offset> base_of_index(std::string_view name) { return base_in(name, kIndexEnding); }

}  // namespace usher::log

#include "broker/log/index.h"

#include <algorithm>
#include <cstring>

#include "broker/io/disk.h"
#include "proto/base/check.h"
#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"

namespace usher::log {
namespace {

constexpr uint32_t kMagic = 0x49687355;  // "UshI"
constexpr uint16_t kVersion = 1;
constexpr size_t kFixedBytes = 160;
constexpr size_t kEntryBytes = 56;
constexpr size_t kTopicBytes = 32;
constexpr size_t kSeqBytes = 16;

void put(std::byte* to, const wire::Chain& chain) {
  std::memcpy(to, chain.value.data(), chain.value.size());
}

wire::Chain chain_at(const std::byte* from) {
  wire::Chain chain;
  std::memcpy(chain.value.data(), from, chain.value.size());
  return chain;
}

std::unexpected<Error> damaged(const char* what) { return fail(ErrorCode::SEGMENT_CORRUPT, what); }

}  // namespace

Index::Index(const Boundary& begin, uint64_t position) {
  summary_.base = summary_.end = begin.offset;
  summary_.first_time = summary_.last_time = begin.time;
  summary_.before = summary_.after = begin.chain;
  summary_.bytes = position;
}

void Index::note(const wire::BatchHeader& header, uint64_t position) {
  const wire::Place& place = header.place();
  CHECK(place.base_offset == summary_.end && position >= summary_.bytes);
  if (entries_.empty()) summary_.first_time = place.time;
  bool far = entries_.empty() || position >= entries_.back().position + limits::kIndexEveryBytes;
  if (far) entries_.push_back({place.base_offset, place.time, position, summary_.after});
  auto entry = static_cast<uint32_t>(entries_.size() - 1);
  for (size_t i = 0; i < header.topics().size(); ++i) {
    const wire::TopicEntry& topic = header.topics()[i];
    auto [span, first] = summary_.topics.try_emplace(topic.topic);
    if (first) span->second.first = header.base_seq(i);
    span->second.end = header.base_seq(i) + topic.records;
    span->second.bytes += topic.stored_bytes;
    std::vector<SeqRow>& rows = seqs_[topic.topic];
    if (rows.empty() || rows.back().entry != entry) rows.push_back({header.base_seq(i), entry});
  }
  summary_.end = header.end_offset();
  summary_.last_time = place.time;
  summary_.after = header.chain();
  summary_.bytes = position + header.batch_bytes();
}

const IndexEntry& Index::at_offset(Offset offset) const {
  CHECK(!entries_.empty() && summary_.base <= offset);
  auto behind = std::ranges::upper_bound(entries_, offset, {}, &IndexEntry::offset);
  return *std::prev(behind);
}

const IndexEntry& Index::at_time(WallTime time) const {
  CHECK(!entries_.empty());
  auto at = std::ranges::lower_bound(entries_, time, {}, &IndexEntry::time);
  return at == entries_.begin() ? *at : *std::prev(at);
}

const IndexEntry& Index::at_seq(TopicId topic, Seq seq) const {
  const std::vector<SeqRow>& rows = seqs_.at(topic);
  auto behind = std::ranges::upper_bound(rows, seq, {}, &SeqRow::seq);
  CHECK(behind != rows.begin());
  return entries_[std::prev(behind)->entry];
}

Buffer Index::encode(Key key) const {
  size_t rows = 0;
  for (const auto& [topic, of_topic] : seqs_) rows += of_topic.size();
  size_t used = kFixedBytes + kEntryBytes * entries_.size() + kTopicBytes * summary_.topics.size() +
                kSeqBytes * rows;
  OwnedBytes bytes((used + io::kSector - 1) / io::kSector * io::kSector, io::kSector);
  std::byte* to = bytes.data();
  std::memset(to, 0, bytes.size());
  store_le(to, kMagic);
  store_le(to + 8, kVersion);
  store_le(to + 12, key.space.value());
  store_le(to + 16, key.partition.value());
  store_le(to + 20, static_cast<uint32_t>(summary_.topics.size()));
  store_le(to + 24, static_cast<uint32_t>(entries_.size()));
  store_le(to + 28, static_cast<uint32_t>(rows));
  store_le(to + 32, summary_.base.value());
  store_le(to + 40, summary_.end.value());
  store_le(to + 48, summary_.first_time.us_since_1970());
  store_le(to + 56, summary_.last_time.us_since_1970());
  store_le(to + 64, summary_.bytes);
  put(to + 72, summary_.before);
  put(to + 104, summary_.after);
  std::byte* row = to + kFixedBytes;
  for (const IndexEntry& entry : entries_) {
    store_le(row, entry.offset.value());
    store_le(row + 8, entry.time.us_since_1970());
    store_le(row + 16, entry.position);
    put(row + 24, entry.before);
    row += kEntryBytes;
  }
  for (const auto& [topic, span] : summary_.topics) {
    store_le(row, topic.value());
    store_le(row + 8, span.first.value());
    store_le(row + 16, span.end.value());
    store_le(row + 24, span.bytes);
    row += kTopicBytes;
  }
  for (const auto& [topic, of_topic] : seqs_)
    for (const SeqRow& seq : of_topic) {
      store_le(row, topic.value());
      store_le(row + 4, seq.entry);
      store_le(row + 8, seq.seq.value());
      row += kSeqBytes;
    }
  store_le(to + 4, crc32c(Bytes(to + 8, used - 8)));
  return Buffer(std::move(bytes));
}

Result<Index> Index::decode(Key key, Bytes file) {
  if (file.size() < kFixedBytes) return damaged("an index without its head");
  const std::byte* from = file.data();
  if (load_le<uint32_t>(from) != kMagic) return damaged("a file that is no index");
  uint64_t topics = load_le<uint32_t>(from + 20);
  uint64_t entries = load_le<uint32_t>(from + 24);
  uint64_t rows = load_le<uint32_t>(from + 28);
  uint64_t used = kFixedBytes + kEntryBytes * entries + kTopicBytes * topics + kSeqBytes * rows;
  if (used > file.size()) return damaged("an index that goes on behind its file");
  if (load_le<uint32_t>(from + 4) != crc32c(file.subspan(8, used - 8)))
    return damaged("an index that does not match its CRC");
  if (load_le<uint16_t>(from + 8) != kVersion) return damaged("an index of another version");
  if (key.space.value() != load_le<uint32_t>(from + 12) ||
      key.partition.value() != load_le<uint32_t>(from + 16) || entries == 0)
    return damaged("an index of another partition");
  Index index;
  SegmentSummary& summary = index.summary_;
  summary.base = Offset(load_le<uint64_t>(from + 32));
  summary.end = Offset(load_le<uint64_t>(from + 40));
  summary.first_time = WallTime(load_le<int64_t>(from + 48));
  summary.last_time = WallTime(load_le<int64_t>(from + 56));
  summary.bytes = load_le<uint64_t>(from + 64);
  summary.before = chain_at(from + 72);
  summary.after = chain_at(from + 104);
  const std::byte* row = from + kFixedBytes;
  for (uint64_t i = 0; i < entries; ++i, row += kEntryBytes)
    index.entries_.push_back({.offset = Offset(load_le<uint64_t>(row)),
                              .time = WallTime(load_le<int64_t>(row + 8)),
                              .position = load_le<uint64_t>(row + 16),
                              .before = chain_at(row + 24)});
  for (uint64_t i = 0; i < topics; ++i, row += kTopicBytes)
    summary.topics[TopicId(load_le<uint32_t>(row))] = {.first = Seq(load_le<uint64_t>(row + 8)),
                                                       .end = Seq(load_le<uint64_t>(row + 16)),
                                                       .bytes = load_le<uint64_t>(row + 24)};
  for (uint64_t i = 0; i < rows; ++i, row += kSeqBytes) {
    uint32_t entry = load_le<uint32_t>(row + 4);
    if (entry >= entries) return damaged("an index that contradicts itself");
    index.seqs_[TopicId(load_le<uint32_t>(row))].push_back(
        {Seq(load_le<uint64_t>(row + 8)), entry});
  }
  return index;
}

}  // namespace usher::log

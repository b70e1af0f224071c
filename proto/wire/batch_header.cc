#include "proto/wire/batch_header.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"
#include "proto/wire/batch_format.h"

namespace usher::wire {
namespace {

using namespace format;

std::unexpected<Error> malformed(std::string why) {
  return fail(ErrorCode::BATCH_MALFORMED, std::move(why));
}

template <class T>
T load(Bytes from, size_t at) {
  return load_le<T>(from.data() + at);
}

Sha256 load_sha256(Bytes from, size_t at) {
  Sha256 hash;
  std::memcpy(hash.value.data(), from.data() + at, hash.value.size());
  return hash;
}

uint32_t producer_crc(Bytes producer_part) { return crc32c(producer_part.subspan(kVersionAt)); }

// Bound to the producer's part by its CRC: a log part cannot stand behind another batch's.
uint32_t log_crc(uint32_t producer_crc, Bytes log_part) {
  std::byte seed[4];
  store_le(seed, producer_crc);
  return crc32c(log_part.subspan(kLogReservedAt), crc32c(seed));
}

Chain chain_of(const Chain& previous, Bytes producer_part, Bytes log_part) {
  return sha256({previous.bytes(), producer_part, log_part.subspan(kSpaceAt)});
}

Result<TopicEntry> decode_topic(Bytes row) {
  auto compression = load<uint8_t>(row, kCompressionAt);
  if (compression > static_cast<uint8_t>(Compression::kZstd))
    return malformed(fmt::format("compression {} does not exist", compression));
  for (size_t i = 1; i < 4; ++i)
    if (row[kCompressionAt + i] != std::byte{0})
      return malformed("reserved bytes of the topic table are not zero");
  TopicEntry entry{.topic = TopicId(load<uint32_t>(row, kTopicAt)),
                   .records = load<uint32_t>(row, kTopicRecordsAt),
                   .stored_bytes = load<uint32_t>(row, kStoredBytesAt),
                   .raw_bytes = load<uint32_t>(row, kRawBytesAt),
                   .compression = static_cast<Compression>(compression),
                   .crc = load<uint32_t>(row, kSectionCrcAt),
                   .sha256 = load_sha256(row, kSectionShaAt)};
  if (entry.records == 0) return malformed("a section without records");
  if (entry.raw_bytes > limits::kSectionBytes)
    return malformed(fmt::format("a section of {} bytes unpacked, the limit is {}", entry.raw_bytes,
                                 limits::kSectionBytes));
  bool packed = entry.compression != Compression::kNone;
  if (packed ? entry.stored_bytes >= entry.raw_bytes : entry.stored_bytes != entry.raw_bytes)
    return malformed("a section's lengths contradict its compression");
  return entry;
}

void encode_topic(const TopicEntry& entry, std::byte* row) {
  store_le(row + kTopicAt, entry.topic.value());
  store_le(row + kTopicRecordsAt, entry.records);
  store_le(row + kStoredBytesAt, entry.stored_bytes);
  store_le(row + kRawBytesAt, entry.raw_bytes);
  std::memset(row + kCompressionAt, 0, 4);
  store_le(row + kCompressionAt, static_cast<uint8_t>(entry.compression));
  store_le(row + kSectionCrcAt, entry.crc);
  std::memcpy(row + kSectionShaAt, entry.sha256.value.data(), entry.sha256.value.size());
}

// What can be read before any CRC: enough to know where the header ends.
Result<void> check_front(Bytes bytes) {
  if (bytes.size() < kFixedBytes)
    return malformed(fmt::format("{} bytes where a batch begins", bytes.size()));
  if (load<uint32_t>(bytes, kMagicAt) != kMagic)
    return malformed(
        fmt::format("a batch does not begin with {:#010x}", load<uint32_t>(bytes, kMagicAt)));
  if (auto version = load<uint16_t>(bytes, kVersionAt); version != kVersion)
    return fail(ErrorCode::VERSION_UNSUPPORTED,
                fmt::format("batch format {}, this program knows {}", version, kVersion));
  if (uint32_t unknown = load<uint32_t>(bytes, kFeaturesAt) & ~kKnownFeatures) {
    std::string bits;
    for (int bit = 0; bit < 32; ++bit)
      if (unknown >> bit & 1) bits += fmt::format("{}{}", bits.empty() ? "" : ", ", bit);
    return fail(ErrorCode::FEATURE_UNKNOWN, fmt::format("batch requires feature bits {}", bits));
  }
  return {};
}

}  // namespace

Result<BatchHeader> BatchHeader::decode(const Buffer& bytes) {
  TRY(check_front(bytes));
  size_t header_bytes = load<uint32_t>(bytes, kHeaderBytesAt);
  size_t topics = load<uint16_t>(bytes, kTopicCountAt);
  auto guard = guard_bytes(load<uint16_t>(bytes, kGuardKindAt));
  if (!guard) return malformed("the guard's kind does not exist");
  if (topics == 0 || topics > limits::kBatchTopics)
    return malformed(fmt::format("{} topics, the limit is {}", topics, limits::kBatchTopics));
  BatchHeader header;
  header.producer_bytes_ = kFixedBytes + *guard + kTopicBytes * topics;
  if (header_bytes != header.producer_bytes_ + log_part_bytes(topics) ||
      header_bytes > bytes.size())
    return malformed(fmt::format("header of {} bytes", header_bytes));
  header.bytes_ = bytes.slice(0, header_bytes);
  TRY(header.decode_producer_part(header.bytes_.bytes().first(header.producer_bytes_)));
  TRY(header.decode_log_part(header.bytes_.bytes().subspan(header.producer_bytes_)));
  return header;
}

Result<void> BatchHeader::decode_producer_part(Bytes part) {
  if (load<uint32_t>(part, kProducerCrcAt) != producer_crc(part))
    return fail(ErrorCode::BATCH_CORRUPT, "the producer's part does not match its CRC");
  auto kind = load<uint16_t>(part, kKindAt);
  if (kind != static_cast<uint16_t>(BatchKind::kData) &&
      kind != static_cast<uint16_t>(BatchKind::kControl))
    return malformed(fmt::format("batch kind {} does not exist", kind));
  kind_ = static_cast<BatchKind>(kind);
  auto guard_kind = static_cast<GuardKind>(load<uint16_t>(part, kGuardKindAt));
  size_t guard_size = *guard_bytes(static_cast<uint16_t>(guard_kind));
  TRY_ASSIGN(guard_, decode_guard(guard_kind, part.subspan(kFixedBytes, guard_size)));
  if (kind_ == BatchKind::kControl && guard_kind != GuardKind::kNone)
    return malformed("a control batch has a guard");
  records_ = load<uint32_t>(part, kRecordsAt);
  if (records_ > limits::kBatchRecords)
    return malformed(fmt::format("{} records, the limit is {}", records_, limits::kBatchRecords));
  TRY(decode_topics(part.subspan(kFixedBytes + guard_size)));
  size_t said = load<uint32_t>(part, kBatchBytesAt);
  if (said != batch_bytes() || said > limits::kBatchBytes)
    return malformed(fmt::format("a batch of {} bytes says it has {}, the limit is {}",
                                 batch_bytes(), said, limits::kBatchBytes));
  return {};
}

Result<void> BatchHeader::decode_topics(Bytes table) {
  size_t records = 0;
  size_t raw_bytes = 0;
  for (; !table.empty(); table = table.subspan(kTopicBytes)) {
    TRY_ASSIGN(TopicEntry entry, decode_topic(table));
    if (!topics_.empty() && entry.topic <= topics_.back().topic)
      return malformed("the topics of the table do not rise");
    records += entry.records;
    body_bytes_ += entry.stored_bytes;
    raw_bytes += entry.raw_bytes;
    topics_.push_back(entry);
  }
  if (records != records_)
    return malformed(fmt::format("{} records in the topic table, {} in all", records, records_));
  if (raw_bytes > limits::kBatchRawBytes)
    return malformed(fmt::format("a batch of {} bytes unpacked, the limit is {}", raw_bytes,
                                 limits::kBatchRawBytes));
  return {};
}

Result<void> BatchHeader::decode_log_part(Bytes part) {
  sealed_ = !std::ranges::all_of(part, [](std::byte byte) { return byte == std::byte{0}; });
  if (!sealed_) return {};
  if (load<uint32_t>(part, kLogCrcAt) != log_crc(load<uint32_t>(bytes_, kProducerCrcAt), part))
    return fail(ErrorCode::BATCH_CORRUPT, "the log part does not match its CRC");
  if (load<uint32_t>(part, kLogReservedAt) != 0)
    return malformed("reserved bytes of the log part are not zero");
  place_ = {.space = SpaceId(load<uint32_t>(part, kSpaceAt)),
            .partition = PartitionId(load<uint32_t>(part, kPartitionAt)),
            .term = Term(load<uint64_t>(part, kTermAt)),
            .base_offset = Offset(load<uint64_t>(part, kBaseOffsetAt)),
            .time = WallTime(load<int64_t>(part, kTimeAt))};
  chain_ = load_sha256(part, kChainAt);
  if (place_.term == Term(0)) return malformed("a batch with a place in term 0");
  constexpr uint64_t kEnd = std::numeric_limits<uint64_t>::max();
  if (place_.base_offset.value() > kEnd - records_) return malformed("offsets past their end");
  for (size_t i = 0; i < topics_.size(); ++i)
    if (base_seq(i).value() > kEnd - topics_[i].records) return malformed("seqs past their end");
  return {};
}

const Place& BatchHeader::place() const {
  CHECK(sealed_);
  return place_;
}

Seq BatchHeader::base_seq(size_t topic_index) const {
  CHECK(sealed_ && topic_index < topics_.size());
  return Seq(load<uint64_t>(bytes_, producer_bytes_ + kBaseSeqsAt + 8 * topic_index));
}

const Chain& BatchHeader::chain() const {
  CHECK(sealed_);
  return chain_;
}

Chain BatchHeader::chain_after(const Chain& previous) const {
  CHECK(sealed_);
  Bytes all = bytes_;
  return chain_of(previous, all.first(producer_bytes_), all.subspan(producer_bytes_));
}

Buffer encode_header(const ProducerPart& part) {
  size_t guard_size = *guard_bytes(static_cast<uint16_t>(kind_of(part.guard)));
  size_t producer_bytes = kFixedBytes + guard_size + kTopicBytes * part.topics.size();
  size_t header_bytes = producer_bytes + log_part_bytes(part.topics.size());
  size_t batch_bytes = header_bytes;
  for (const TopicEntry& entry : part.topics) batch_bytes += entry.stored_bytes;

  OwnedBytes bytes(header_bytes);
  std::byte* to = bytes.data();
  store_le(to + kMagicAt, kMagic);
  store_le(to + kVersionAt, kVersion);
  store_le(to + kKindAt, static_cast<uint16_t>(part.kind));
  store_le(to + kFeaturesAt, uint32_t{0});
  store_le(to + kBatchBytesAt, static_cast<uint32_t>(batch_bytes));
  store_le(to + kHeaderBytesAt, static_cast<uint32_t>(header_bytes));
  store_le(to + kRecordsAt, part.records);
  store_le(to + kTopicCountAt, static_cast<uint16_t>(part.topics.size()));
  store_le(to + kGuardKindAt, static_cast<uint16_t>(kind_of(part.guard)));
  encode_guard(part.guard, to + kFixedBytes);
  std::byte* row = to + kFixedBytes + guard_size;
  for (const TopicEntry& entry : part.topics) {
    encode_topic(entry, row);
    row += kTopicBytes;
  }
  std::memset(row, 0, log_part_bytes(part.topics.size()));
  store_le(to + kProducerCrcAt, producer_crc(Bytes(to, producer_bytes)));
  return Buffer(std::move(bytes));
}

Buffer seal(const BatchHeader& header, const Place& place, std::span<const Seq> base_seqs,
            const Chain& previous) {
  size_t topics = header.topics().size();
  CHECK(base_seqs.size() == topics && place.term != Term(0));
  OwnedBytes bytes(header.bytes().size());
  std::memcpy(bytes.data(), header.bytes().data(), bytes.size());
  size_t producer_bytes = bytes.size() - log_part_bytes(topics);
  Bytes producer_part(bytes.data(), producer_bytes);
  std::byte* to = bytes.data() + producer_bytes;
  Bytes log_part(to, log_part_bytes(topics));
  store_le(to + kLogReservedAt, uint32_t{0});
  store_le(to + kSpaceAt, place.space.value());
  store_le(to + kPartitionAt, place.partition.value());
  store_le(to + kTermAt, place.term.value());
  store_le(to + kBaseOffsetAt, place.base_offset.value());
  store_le(to + kTimeAt, place.time.us_since_1970());
  for (size_t i = 0; i < topics; ++i) store_le(to + kBaseSeqsAt + 8 * i, base_seqs[i].value());
  Chain chain = chain_of(previous, producer_part, log_part);
  std::memcpy(to + kChainAt, chain.value.data(), chain.value.size());
  store_le(to + kLogCrcAt, log_crc(load<uint32_t>(producer_part, kProducerCrcAt), log_part));
  return Buffer(std::move(bytes));
}

}  // namespace usher::wire

#include "proto/wire/batch_builder.h"

#include <algorithm>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/wire/batch_format.h"

namespace usher::wire {
namespace {

constexpr size_t kLargestGuard = 64;

size_t header_bytes(size_t topics) {
  return format::kFixedBytes + kLargestGuard + format::kTopicBytes * topics +
         format::log_part_bytes(topics);
}

}  // namespace

BatchBuilder::Open* BatchBuilder::find(TopicId topic) {
  for (Open& section : std::span(open_).first(topics_))
    if (section.topic == topic) return &section;
  return nullptr;
}

BatchBuilder::Open& BatchBuilder::open(TopicId topic) {
  if (topics_ == open_.size()) open_.emplace_back();
  Open& section = open_[topics_++];
  section.topic = topic;
  section.records = 0;
  section.raw.clear();
  return section;
}

Result<void> BatchBuilder::add(TopicId topic, const Record& record) {
  TRY(check_record(record));
  Open* section = find(topic);
  if (records_ == limits::kBatchRecords)
    return fail(ErrorCode::TOO_LARGE,
                fmt::format("a batch holds {} records", limits::kBatchRecords));
  if (!section && topics_ == limits::kBatchTopics)
    return fail(ErrorCode::TOO_LARGE, fmt::format("a batch holds {} topics", limits::kBatchTopics));
  size_t more = encoded_bytes(record);
  if (size_t sum = header_bytes(topics_ + (section ? 0 : 1)) + section_bytes_ + more;
      sum > limits::kBatchBytes)
    return fail(ErrorCode::TOO_LARGE,
                fmt::format("a batch of {} bytes, the limit is {}", sum, limits::kBatchBytes));
  if (!section) section = &open(topic);
  append_record(section->raw, static_cast<uint16_t>(records_), record);
  ++section->records;
  ++records_;
  section_bytes_ += more;
  return {};
}

size_t BatchBuilder::bytes() const { return header_bytes(topics_) + section_bytes_; }

Batch BatchBuilder::finish(const Guard& guard) {
  CHECK(records_ > 0, "no batch is without a record");
  std::span<Open> sections = std::span(open_).first(topics_);
  std::ranges::sort(sections, {}, &Open::topic);

  ProducerPart part{.kind = options_.kind, .guard = guard, .records = records_, .topics = {}};
  part.topics.reserve(sections.size());
  OwnedBytes body(section_bytes_);
  size_t body_bytes = 0;
  for (Open& section : sections) {
    std::vector<std::byte> packed = compressor_.pack(options_.compression, section.raw);
    Bytes stored = packed.empty() ? Bytes(section.raw) : Bytes(packed);
    std::memcpy(body.data() + body_bytes, stored.data(), stored.size());
    body_bytes += stored.size();
    part.topics.push_back(
        {.topic = section.topic,
         .records = section.records,
         .stored_bytes = static_cast<uint32_t>(stored.size()),
         .raw_bytes = static_cast<uint32_t>(section.raw.size()),
         .compression = packed.empty() ? Compression::kNone : options_.compression,
         .crc = crc32c(stored),
         .sha256 = sha256(stored)});
  }
  topics_ = 0;
  records_ = 0;
  section_bytes_ = 0;

  auto header = BatchHeader::decode(encode_header(part));
  CHECK(header.has_value(), "what is built can be read");
  return Batch(std::move(*header), Buffer(std::move(body)).slice(0, body_bytes));
}

}  // namespace usher::wire

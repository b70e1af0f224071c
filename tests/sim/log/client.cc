#include "tests/sim/log/client.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/hash.h"

namespace usher::sim {

wire::Batch batch_of(const wire::Guard& guard,
                     const std::vector<std::pair<TopicId, std::string>>& records) {
  wire::BatchBuilder builder;
  for (const auto& [topic, value] : records)
    CHECK(builder.add(topic, {.key = {}, .value = as_bytes(value), .headers = {}}).has_value());
  return builder.finish(guard);
}

std::vector<ReadRecord> records_of(const wire::Batch& batch) {
  const wire::BatchHeader& header = batch.header();
  std::vector<wire::Section> sections;
  std::vector<Seq> next;
  for (size_t i = 0; i < header.topics().size(); ++i) {
    auto section =
        wire::Section::open(header.topics()[i], batch.stored_section(i), header.records());
    CHECK(section.has_value(), "what is served can be read");
    sections.push_back(std::move(*section));
    next.push_back(header.base_seq(i));
  }
  std::vector<ReadRecord> records;
  for (wire::MergedReader reader(sections); !reader.done();) {
    auto [section, record] = reader.next();
    records.push_back({.offset = header.place().base_offset + record.place,
                       .topic = header.topics()[section].topic,
                       .seq = next[section],
                       .key = std::string(as_text(record.key.value_or(Bytes()))),
                       .value = std::string(as_text(record.value.value_or(Bytes()))),
                       .erases = !record.value});
    next[section] = next[section].next();
  }
  return records;
}

bool is_sure(const Error& error) {
  return error.code == ErrorCode::CUT_OFF || error.code == ErrorCode::NOT_LEADER ||
         error.code == ErrorCode::QUEUE_FULL || error.code == ErrorCode::LEADER_MOVING;
}

void InputsHash::add(const ReadRecord& record) {
  if (record.topic != kInputs) return;
  ++inputs_;
  std::string line = fmt::format("{} {} {}", hash_, record.offset.value(), record.value);
  hash_ = xxh3(as_bytes(line));
}

std::string InputsHash::text() const { return fmt::format("{} inputs {:x}", inputs_, hash_); }

}  // namespace usher::sim

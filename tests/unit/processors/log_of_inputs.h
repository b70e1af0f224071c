// A partition's log made by hand, for what is read from it: one input a batch, times as given.
#pragma once

#include "processors/partition_log.h"
#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"

namespace usher::processors {

class LogOfInputs {
 public:
  void add(std::string_view key, std::string_view value, std::chrono::microseconds later = {}) {
    wire::BatchBuilder builder;
    REQUIRE(
        builder.add(TopicId(20), {.key = as_bytes(key), .value = as_bytes(value), .headers = {}}));
    time_ = time_ + later;
    batches_.push_back(place(builder.finish(wire::NoGuard{})));
    end_ = batches_.back().header().end_offset();
  }

  // As it would stand behind the log; seqs are not looked at.
  wire::Batch place(const wire::Batch& batch) const {
    std::vector<Seq> seqs(batch.header().topics().size());
    auto header = wire::BatchHeader::decode(wire::seal(batch.header(),
                                                       {.space = SpaceId(1),
                                                        .partition = PartitionId(0),
                                                        .term = Term(1),
                                                        .base_offset = end_,
                                                        .time = time_},
                                                       seqs, {}));
    REQUIRE(header);
    return batch.with_header(std::move(*header));
  }

  FetchAnswer since(Offset from) const {
    FetchAnswer answer{.batches = {}, .scanned = end_, .scanned_term = Term(1), .commit = end_};
    for (const wire::Batch& batch : batches_)
      if (batch.header().place().base_offset >= from) answer.batches.push_back(batch);
    return answer;
  }

 private:
  std::vector<wire::Batch> batches_;
  Offset end_;
  WallTime time_{1'000'000};
};

// The records of a topic: "key=value key=value ".
inline std::string in_words(const wire::Batch& batch, TopicId topic) {
  std::string text;
  for (size_t i = 0; i < batch.header().topics().size(); ++i) {
    const wire::TopicEntry& entry = batch.header().topics()[i];
    if (entry.topic != topic) continue;
    auto section = wire::Section::open(entry, batch.stored_section(i), batch.header().records());
    REQUIRE(section.has_value());
    for (wire::SectionReader reader = section->read(); !reader.done();) {
      wire::RecordView record = reader.next();
      text += std::string(as_text(record.key.value_or(Bytes()))) + "=" +
              std::string(as_text(record.value.value_or(Bytes()))) + " ";
    }
  }
  return text;
}

}  // namespace usher::processors

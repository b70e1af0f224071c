// A batch as every check sees it: its sections opened once, every checksum and hash verified.
#pragma once

#include <vector>

#include "tools/audit/log/batch_stream.h"

namespace usher::audit {

class OpenedBatch {
 public:
  // CRC, SHA-256 and records of every section; every place taken once. BATCH_CORRUPT or
  // BATCH_MALFORMED names the topic.
  static Result<OpenedBatch> open(FoundBatch found);

  const wire::BatchHeader& header() const { return found_.batch.header(); }
  const Spot& spot() const { return found_.spot; }
  const std::vector<wire::Section>& sections() const { return sections_; }
  Offset base() const { return header().place().base_offset; }
  Offset end() const { return header().end_offset(); }
  WallTime time() const { return header().place().time; }
  const wire::StepGuard* step() const { return std::get_if<wire::StepGuard>(&header().guard()); }
  const wire::ClaimGuard* claim() const { return std::get_if<wire::ClaimGuard>(&header().guard()); }
  // None: the batch has no record of the topic.
  const wire::Section* section_of(TopicId topic) const;

  // All records in the order of the log: each(topic, record).
  template <class Each>
  void for_each(Each&& each) const {
    const auto& topics = header().topics();
    if (sections_.size() == 1) {
      for (wire::SectionReader reader = sections_[0].read(); !reader.done();)
        each(topics[0].topic, reader.next());
      return;
    }
    for (wire::MergedReader reader(sections_); !reader.done();) {
      auto item = reader.next();
      each(topics[item.section].topic, item.record);
    }
  }

 private:
  explicit OpenedBatch(FoundBatch found) : found_(std::move(found)) {}
  FoundBatch found_;
  std::vector<wire::Section> sections_;
};

}  // namespace usher::audit

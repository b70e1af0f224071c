#include "tools/audit/log/opened_batch.h"

#include <fmt/format.h>

namespace usher::audit {

Result<OpenedBatch> OpenedBatch::open(FoundBatch found) {
  OpenedBatch opened(std::move(found));
  const wire::Batch& batch = opened.found_.batch;
  const auto& topics = batch.header().topics();
  std::vector<bool> taken(topics.size() > 1 ? batch.header().records() : 0);
  opened.sections_.reserve(topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    Buffer stored = batch.stored_section(i);
    TRY_ASSIGN(wire::Section section,
               wire::Section::open(topics[i], stored, batch.header().records()));
    if (sha256(stored) != topics[i].sha256)
      return fail(ErrorCode::BATCH_CORRUPT,
                  fmt::format("the section of topic {} does not match its SHA-256",
                              topics[i].topic.value()));
    opened.sections_.push_back(std::move(section));
    if (taken.empty()) continue;
    for (wire::SectionReader reader = opened.sections_[i].read(); !reader.done(); reader.next()) {
      if (taken[reader.next_place()])
        return fail(ErrorCode::BATCH_MALFORMED,
                    fmt::format("two records of the batch stand at {}", reader.next_place()));
      taken[reader.next_place()] = true;
    }
  }
  return opened;
}

const wire::Section* OpenedBatch::section_of(TopicId topic) const {
  const auto& topics = header().topics();
  for (size_t i = 0; i < topics.size(); ++i)
    if (topics[i].topic == topic) return &sections_[i];
  return nullptr;
}

}  // namespace usher::audit

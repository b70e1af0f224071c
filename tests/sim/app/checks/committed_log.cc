#include "tests/sim/app/checks/committed_log.h"

#include "proto/base/check.h"

namespace usher::sim {

std::vector<LogRecord> records_in(const wire::Batch& batch) {
  std::vector<wire::Section> sections;
  const auto& topics = batch.header().topics();
  for (size_t i = 0; i < topics.size(); ++i) {
    auto section =
        wire::Section::open(topics[i], batch.stored_section(i), batch.header().records());
    CHECK(section.has_value());
    sections.push_back(std::move(*section));
  }
  const wire::Place& place = batch.header().place();
  std::vector<LogRecord> records;
  for (wire::MergedReader reader(sections); !reader.done();) {
    auto [section, record] = reader.next();
    LogRecord found{.topic = topics[section].topic,
                    .offset = place.base_offset + record.place,
                    .time = place.time,
                    .key = {},
                    .value = {}};
    if (record.key) found.key = as_text(*record.key);
    if (record.value) found.value.emplace(as_text(*record.value));
    records.push_back(std::move(found));
  }
  return records;
}

const wire::StepGuard* step_of(const wire::Batch& batch) {
  return std::get_if<wire::StepGuard>(&batch.header().guard());
}

}  // namespace usher::sim

#include <map>

#include <fmt/format.h>

#include "processors/state/digest.h"
#include "proto/base/check.h"

#include "tests/sim/app/checks/committed_log.h"
#include "tests/sim/app/counting_app.h"

namespace usher::sim {
namespace {

// What anyone would make of the inputs, without Usher.
std::map<std::string, uint64_t> count(const CommittedLog& log) {
  std::map<std::string, uint64_t> counts;
  for (const wire::Batch& batch : log)
    for (const ReadRecord& record : records_of(batch))
      if (record.topic == kCountingInputs && !record.value.ends_with("13"))
        ++counts[record.value.substr(0, record.value.find('-'))];
  return counts;
}

}  // namespace

std::string check_counts(const CommittedLog& log, const state::MemoryStore& store) {
  for (const auto& [producer, number] : count(log)) {
    auto kept = store.get(state::entry_key(kCountingCounts, producer));
    CHECK(kept.has_value());
    if (*kept != std::to_string(number))
      return fmt::format("state = fold: {} counted {}, the log holds {}", producer,
                         kept->value_or("nothing"), number);
  }
  return "";
}

}  // namespace usher::sim

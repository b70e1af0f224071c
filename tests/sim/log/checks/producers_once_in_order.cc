#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {

std::string producers_once_in_order(const Log& log, const History& history) {
  std::map<std::string, std::vector<Offset>> places;
  for (const wire::Batch& batch : log)
    for (const ReadRecord& record : records_of(batch))
      places[record.value].push_back(record.offset);
  for (const auto& [producer, sent] : history.by_producer) {
    Offset last;
    for (const std::string& value : sent) {
      const std::vector<Offset>& at = places[value];
      if (at.size() > 1)
        return fmt::format("duplicate: {} stands at offsets {} and {}", value, at[0].value(),
                           at[1].value());
      if (at.empty()) continue;
      if (at[0] < last) return fmt::format("order: {} of producer {}", value, producer);
      last = at[0];
    }
  }
  return {};
}

}  // namespace usher::sim

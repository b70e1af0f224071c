#include "tests/sim/cluster/checks/checks.h"

namespace usher::clusters {

// The order is demanded of what was acknowledged: what nobody knows of may be written at any time.
std::string log_is_as_told(const sim::Log& log, const History& history) {
  sim::History told;
  told.failed = history.failed;
  told.read = history.read;
  std::set<std::string_view> acknowledged;
  for (const Acknowledged& one : history.acknowledged) acknowledged.insert(one.value);
  for (const auto& [producer, sent] : history.sent)
    for (const std::string& value : sent)
      told.by_producer[acknowledged.contains(value) ? producer : value].push_back(value);
  std::string wrong = sim::failed_is_not_there(log, told);
  if (wrong.empty()) wrong = sim::read_is_there(log, told);
  if (wrong.empty()) wrong = sim::producers_once_in_order(log, told);
  return wrong;
}

}  // namespace usher::clusters

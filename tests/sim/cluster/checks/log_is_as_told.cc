#include "tests/sim/cluster/checks/checks.h"

namespace usher::clusters {

// The order is demanded of what was acknowledged: what nobody knows of may be written at any time.
std::string log_is_as_told(const sim::Log& log, const History& history) {
  sim::History told;
  told.failed = history.failed;
  told.read = history.read;
  told.by_producer = history.in_order;
  for (const std::string& value : history.sent) told.by_producer[value] = {value};
  std::string wrong = sim::failed_is_not_there(log, told);
  if (wrong.empty()) wrong = sim::read_is_there(log, told);
  if (wrong.empty()) wrong = sim::producers_once_in_order(log, told);
  return wrong;
}

}  // namespace usher::clusters

#include "broker/controller/leader_spread.h"

namespace usher::controller {

std::vector<HandOver> spread(BrokerId self, const std::vector<Led>& led, size_t most) {
  std::vector<HandOver> orders;
  for (const Led& one : led) {
    if (orders.size() == most) break;
    if (one.preferred == self || !one.preferred_is_up || !one.preferred_is_level) continue;
    orders.push_back({one.space, one.partition, one.preferred});
  }
  return orders;
}

}  // namespace usher::controller

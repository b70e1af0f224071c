#include "proto/net/reconnect_delay.h"

#include <algorithm>

#include "proto/base/limits.h"

namespace usher::net {

Duration reconnect_delay(uint32_t attempt, Random& random) {
  // Sixteen doublings are past any longest step.
  constexpr uint32_t kDoublings = 16;
  static_assert(limits::kReconnectDelayMin * (1 << kDoublings) >= limits::kReconnectDelayMax);
  Duration step = limits::kReconnectDelayMin * (1 << std::min(attempt, kDoublings));
  step = std::min(step, limits::kReconnectDelayMax);
  return random.between(step / 2, step);
}

}  // namespace usher::net

// One seed of the seats in the simulator: half a minute of a sale under faults, with owners that
// compete, die and come back; then everything heals and what must hold is looked for.
#pragma once

#include <string>

#include "tests/sim/app/app_world.h"
#include "tests/sim/seats/checks/checks.h"

namespace usher::sim {

struct SaleOutcome {
  std::string violation;  // empty: none
  uint64_t trace = 0;
  uint64_t commands = 0;
  uint64_t told = 0;
  uint64_t steps = 0;
  uint64_t timers = 0;
  uint64_t recoveries = 0;
  uint64_t leaders = 0;
  audit::ReservationSums sums;
  std::array<uint64_t, kAppFaults> faults{};
};

SaleOutcome run_sale_seed(uint64_t seed);

}  // namespace usher::sim

// One seed: half a minute of a counting app over a partition under faults, with owners that
// compete, die and come back; then everything heals and what must hold is looked for.
#pragma once

#include <string>

#include "tests/sim/app/app_world.h"

namespace usher::sim {

struct AppOutcome {
  std::string violation;  // empty: none
  uint64_t trace = 0;
  uint64_t inputs = 0;
  uint64_t steps = 0;
  uint64_t timers = 0;
  uint64_t recoveries = 0;
  uint64_t answers = 0;
  uint64_t answers_waited = 0;
  uint64_t leaders = 0;
  std::array<uint64_t, kAppFaults> faults{};
};

AppOutcome run_app_seed(uint64_t seed);

}  // namespace usher::sim

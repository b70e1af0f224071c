// One seed: half a minute of two banks that send each other money, under faults, with owners and
// links that compete, die and come back; then everything heals and what must hold is looked for.
#pragma once

#include <string>

#include "tests/sim/app/app_world.h"

namespace usher::sim {

struct MoneyOutcome {
  std::string violation;  // empty: none
  uint64_t trace = 0;
  uint64_t orders = 0;
  uint64_t passages = 0;
  uint64_t told = 0;
  uint64_t steps = 0;
  uint64_t timers = 0;
  uint64_t recoveries = 0;
  uint64_t leaders = 0;
  uint64_t carriers_died = 0;
  std::array<uint64_t, kAppFaults> faults{};
};

MoneyOutcome run_money_seed(uint64_t seed);

}  // namespace usher::sim

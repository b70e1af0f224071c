// One seed: some tens of seconds of faults under load, then everything heals and must come to rest,
// and what must hold is looked for.
#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/cluster/faults.h"

namespace usher::clusters {

struct Outcome {
  std::string violation;  // empty: none
  uint64_t trace = 0;
  uint64_t operations = 0;
  uint64_t acknowledged = 0;
  uint64_t leaders = 0;
  bool founded_late = false;
  FaultCounts faults{};
  AdminCounts changes{};
};

// loud: prints what happens.
Outcome run_seed(uint64_t seed, bool loud = false);

}  // namespace usher::clusters

// One seed: a minute of faults under load, then everything heals, and what must hold is looked for.
#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/log/faults.h"

namespace usher::sim {

struct Outcome {
  std::string violation;  // empty: none
  uint64_t trace = 0;
  uint64_t operations = 0;
  uint64_t leaders = 0;
  uint64_t snapshots = 0;  // that replicas went on from
  FaultCounts faults{};
};

// loud: prints what happens.
Outcome run_seed(uint64_t seed, bool loud = false);

// What a seed must at least have had, in words; empty: it had.
std::string too_little(const Outcome& outcome);

}  // namespace usher::sim

// One seed: a minute of faults under load, then everything heals, and what must hold is looked for.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace usher::sim {

enum class Fault : uint8_t {
  kCrash,        // one replica, restarted later
  kCrashAll,     // all of them at once
  kCut,          // a link, in one direction
  kIsolate,      // a replica, in both
  kLoss,         // messages lost and doubled
  kSlowLinks,    // delays up to what a heartbeat bears, messages overtake each other
  kTransfer,     // the leader hands over
  kOwnerChange,  // another member claims the app
  kClockJump,    // a wall clock jumps
};
constexpr size_t kFaults = 9;
std::string_view name(Fault fault);

struct Outcome {
  std::string violation;  // empty: none
  uint64_t trace = 0;
  uint64_t operations = 0;
  uint64_t leaders = 0;
  std::array<uint64_t, kFaults> faults{};
};

Outcome run_seed(uint64_t seed);

}  // namespace usher::sim

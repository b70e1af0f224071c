// One seed: a minute of a counting app over a partition under faults, with owners that compete, die
// and come back; then everything heals and what must hold is looked for.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace usher::sim {

enum class AppFault : uint8_t {
  kOwnerChange,   // another daemon claims, the present one does not know
  kOwnerCrash,    // a daemon dies, with what it had flushed or with nothing
  kOwnerClose,    // the owner gives up in order
  kFlush,         // what a daemon has committed reaches its disk
  kBrokerCrash,   // one replica, restarted later
  kBrokersCrash,  // all of them
  kIsolate,       // a replica hears nobody
  kSlowLinks,     // delays; messages overtake each other
  kTransfer,      // the leader hands over
  kQuiet,         // producers pause: only timers go on
};
constexpr size_t kAppFaults = 10;
std::string_view name(AppFault fault);

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

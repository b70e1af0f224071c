// A simulated partition of three replicas with daemons that run one app's tasks over it, and what
// is broken: whatever the app, and whoever writes its inputs.
//
//     AppClients ─→ cluster (tests/sim/log) ←─ daemons: own, die, come back
//                      ↑ faults                   ↑
//                      └────────── AppWorld ──────┘
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/app/daemons.h"

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
  kQuiet,         // clients pause: only timers go on
};
constexpr size_t kAppFaults = 10;
// After healing everything is at rest within this, or it is a violation.
constexpr Duration kLivenessPhase = 40s;
std::string_view name(AppFault fault);

// Whoever writes what the app reads.
class AppClients {
 public:
  virtual ~AppClients() = default;
  // Begins nothing new.
  virtual void pause() = 0;
  virtual void resume() = 0;
  // How many wait for an answer.
  virtual size_t waiting() const = 0;
};

class AppWorld {
 public:
  // Several may stand in one loop, each with a space of its own; loop and witness outlive it.
  AppWorld(SimLoop& loop, Witness& witness, SpaceId space, uint64_t seed, AppUnderTest app);
  // Before the clients, whom daemons tell that they are gone, are.
  void end_daemons() { daemons_.clear(); }

  Cluster& cluster() { return cluster_; }
  Witness& witness() { return witness_; }
  std::vector<std::unique_ptr<Daemon>>& daemons() { return daemons_; }
  // What follows from the seed, apart from faults.
  Random stream(std::string_view name) const { return random_.stream(name); }

  // Daemons run and things break for so long; then everything is mended, the first daemon is the
  // owner, and what must come to rest does so, or it is a violation. A timer that is due later than
  // `timers_until` after the end need not fire.
  void run(AppClients& clients, Duration for_long, Duration timers_until);
  // The same by hand, for whoever has more than one: daemons run and things break until it heals.
  void begin(AppClients& clients);
  void heal();
  bool is_at_rest(Duration timers_until);
  // What keeps it from being so, in words.
  std::string unrest();
  // The committed log of a replica at rest.
  std::vector<wire::Batch> log() { return cluster_.read_all(0); }

  const std::array<uint64_t, kAppFaults>& faults() const { return faults_; }
  uint64_t recoveries() const;

 private:
  void own(Daemon& daemon) { daemon.own(Epoch(++epochs_)); }
  void plan_fault();
  void inject(AppFault fault);
  void isolate(Replica& victim);
  void later(std::function<void()> act);

  Random random_;
  SimLoop& loop_;
  Witness& witness_;
  Cluster cluster_;
  AppClients* clients_ = nullptr;
  uint64_t epochs_ = 0;
  std::vector<std::unique_ptr<Daemon>> daemons_;
  bool healing_ = false;
  std::array<uint64_t, kAppFaults> faults_{};
};

}  // namespace usher::sim

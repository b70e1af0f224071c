// What breaks in a simulated cluster and among its programs, when, and how it heals. Kinds are
// drawn one after the other and may overlap; each is counted when it is done.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/cluster/programs.h"

namespace usher::clusters {

enum class Fault : uint8_t {
  kCrash,         // one broker, killed or without power, back after a while
  kCrashAll,      // all of them at once
  kAway,          // one, for so long that it comes back late
  kWipedDisk,     // one comes back with an empty disk, as a new incarnation
  kFlippedBit,    // in a segment or an index, between stop and start
  kCutFile,       // one of them is shorter than it was
  kLostFile,      // or is not there
  kIsolate,       // a broker from all others, clients too, or brokers only
  kCut,           // one direction between two brokers
  kCutClients,    // some programs from some brokers
  kSlowNetwork,   // up to 150 ms a message
  kFreezeBroker,  // as SIGSTOP, then SIGCONT
  kSlowDisk,
  kTransfer,      // a leader hands over, by an operator's order
  kClockJump,     // of one broker, by up to an hour
  kMemberLeaves,  // in order, and joins again
  kMemberDies,
  kMemberFreezes,
  kWriterDies,
  kWriterFreezes,
  kReaderDies,
  kAdminDies,
};
constexpr size_t kFaults = 22;
std::string_view name(Fault fault);
using FaultCounts = std::array<uint64_t, kFaults>;

class Faults {
 public:
  Faults(World& world, Programs& programs, Random random);

  void start() { plan(); }
  // Nothing breaks any more, what is broken is mended, everybody is started.
  void heal();
  const FaultCounts& counts() const { return counts_; }

 private:
  void plan();
  void inject(Fault fault);
  void count(Fault fault) { ++counts_[static_cast<size_t>(fault)]; }
  // After a while, if nothing has healed by then.
  void later(Duration pause, std::function<void()> act);
  Duration any_pause();
  Duration any_length() { return random_.between(50ms, 4s); }
  size_t any_broker() { return random_.between(1, world_.size()); }
  // Mostly one that leads something, often the controller.
  size_t broker_that_matters();
  template <class Program>
  Program& any(std::vector<std::unique_ptr<Program>>& programs) {
    return *programs[random_.below(programs.size())];
  }

  void crash(size_t number, Duration pause, bool power_lost);
  void crash_all();
  void wipe();
  void damage(Fault fault);
  void replace_disk_if_told();
  std::vector<io::FileInfo> files_to_damage();
  void isolate();
  void cut_clients();
  void slow_network();
  void slow_disk();
  void transfer();
  void jump_clock();
  void let_leave();
  template <class Program>
  void kill(Program& program);

  World& world_;
  Programs& programs_;
  Random random_;
  // Disks are lost, of any broker that all others can do without; or only this one's, whose files
  // are damaged besides, for what it has lost nobody else may lose.
  std::optional<size_t> damaged_;
  std::set<std::string> damaged_directories_;
  bool healing_ = false;
  FaultCounts counts_{};
};

}  // namespace usher::clusters

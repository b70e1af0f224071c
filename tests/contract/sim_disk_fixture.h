// The simulated disk as a test drives it: in virtual time, from a seed.
#pragma once

#include <functional>
#include <optional>

#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_platter.h"
#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

class SimDiskFixture {
 public:
  explicit SimDiskFixture(uint64_t seed = 1)
      : scheduler_(loop_), platter_(Random(seed).stream("disk")) {
    restart();
  }
  io::Disk& disk() { return *disk_; }
  SimPlatter& platter() { return platter_; }
  SimLoop& loop() { return loop_; }

  bool run_until(const std::function<bool()>& done) { return loop_.run_until(done, 60s); }
  // Long enough for whatever is due now to happen.
  void settle() { loop_.run_for(20ms); }
  void destroy_disk() { disk_.reset(); }
  void restart() {
    disk_.reset();
    disk_.emplace(scheduler_, platter_);
  }
  // The machine loses power, and comes back.
  void crash() {
    disk_.reset();
    platter_.crash();
    restart();
  }

 private:
  SimLoop loop_;
  SimScheduler scheduler_;
  SimPlatter platter_;
  std::optional<SimDisk> disk_;
};

}  // namespace usher::sim

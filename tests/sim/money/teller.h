// Asks the daemons of a bank for balances, whoever owns the task; what he is told is held against
// the log afterwards.
#pragma once

#include <vector>

#include "tests/sim/app/app_world.h"
#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {

class Teller {
 public:
  Teller(AppWorld& bank, Random random) : bank_(bank), random_(random) {}
  void start();
  const std::vector<Told>& told() const { return told_; }

 private:
  void ask();

  AppWorld& bank_;
  Random random_;
  std::vector<Told> told_;
};

}  // namespace usher::sim

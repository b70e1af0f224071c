// A client that asks a daemon for values that it knows to be in the log, and must never be told
// that there is no such value.
#pragma once

#include <deque>

#include "tests/sim/app/daemons.h"
#include "tests/sim/log/history.h"

namespace usher::sim {

class Asker {
 public:
  Asker(Cluster& cluster, std::vector<std::unique_ptr<Daemon>>& daemons, Random random)
      : cluster_(cluster), daemons_(daemons), random_(random) {}
  void start() { later(); }
  uint64_t answered() const { return answered_; }
  uint64_t waited() const { return waited_; }

 private:
  void later();
  void ask();

  Cluster& cluster_;
  std::vector<std::unique_ptr<Daemon>>& daemons_;
  Random random_;
  uint64_t answered_ = 0;
  uint64_t waited_ = 0;
};

}  // namespace usher::sim

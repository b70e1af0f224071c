// A machine on which one program runs that uses the cluster: time, a way to the network, and the
// production client::Cluster. It may freeze. When the program is killed all of it is gone.
#pragma once

#include <memory>
#include <string>

#include "client/cluster.h"

#include "tests/sim/sim_network.h"

namespace usher::clusters {

class World;

class Host {
 public:
  // The world outlives it.
  Host(World& world, const std::string& name, Random random);

  sim::SimScheduler& scheduler() { return scheduler_; }
  client::Cluster& cluster() { return cluster_; }
  MonotonicTime now() const { return scheduler_.clock().monotonic(); }
  void after(Duration delay, Callback callback) { scheduler_.after(delay, std::move(callback)); }

 private:
  sim::SimScheduler scheduler_;
  std::unique_ptr<net::Transport> transport_;
  client::Cluster cluster_;
};

}  // namespace usher::clusters

// Brokers whose disk was lost come back: on the leader of each partition the place of the lost data
// directory passes to the new one, one change after the other (broker/partition/readmission.h). One
// Scheduler's thread.
//
//     broker introduces itself ─→ the controller's log names its new incarnation
//                                       │ both say the same
//                                       ↓
//     learner ─→ it is level ─→ the old one out ─→ the new one in      in every group of its own
#pragma once

#include "broker/controller/cluster_state.h"
#include "broker/partition/readmission.h"
#include "broker/server/replicas.h"

namespace usher::server {

// The broker's places in a group: the directory that it has now, and all others of its own there.
partition::Incarnations incarnations_of(const raft::Membership& members, BrokerId broker,
                                        wire::Incarnation now);

class Readmissions {
 public:
  // The data directory that a broker has now; none while it is away, or not known for sure.
  using Present = std::function<std::optional<wire::Incarnation>(BrokerId)>;
  // All of it outlives this.
  Readmissions(Scheduler& scheduler, Replicas& replicas, const controller::ClusterState& state,
               const Identity& identity, Present present, Log log);
  ~Readmissions();
  Readmissions(const Readmissions&) = delete;
  Readmissions& operator=(const Readmissions&) = delete;

  void start();

 private:
  std::vector<BrokerId> hosts_of(journal::PartitionKey key) const;
  void look();
  void look_at(journal::PartitionKey key, partition::Partition& partition, BrokerId broker);

  Scheduler& scheduler_;
  Replicas& replicas_;
  const controller::ClusterState& state_;
  const Identity& identity_;
  Present present_;
  Log log_;
  std::optional<Scheduler::TimerId> timer_;
};

}  // namespace usher::server

// The network between the replicas of a simulated partition: every message is delayed, and may be
// lost, doubled, or overtaken; links can be cut in one direction.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "broker/partition/partition.h"

#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

struct LinkFaults {
  uint64_t lost_per_mille = 0;
  uint64_t doubled_per_mille = 0;
  Duration delay_min = 200us;
  Duration delay_max = 2ms;
  // As between two connections; on one of them order holds.
  bool overtaking = false;
};

class Links {
 public:
  using Receive = std::function<void(const raft::Message&, const std::vector<wire::Batch>&)>;

  Links(SimScheduler& scheduler, Random random) : scheduler_(scheduler), random_(random) {}

  using ReceiveSnapshot = std::function<void(const partition::SnapshotMessage&)>;
  // Who gets what is sent to `id`; nobody while it is down.
  void attach(raft::ReplicaId id, Receive receive, ReceiveSnapshot receive_snapshot) {
    receivers_[id] = {std::move(receive), std::move(receive_snapshot)};
  }
  void detach(raft::ReplicaId id) { receivers_.erase(id); }
  void send(raft::Message message, std::vector<wire::Batch> batches);
  void send_snapshot(partition::SnapshotMessage message);

  // How long a message takes now.
  Duration draw_delay() { return random_.between(faults_.delay_min, faults_.delay_max); }
  void set_faults(LinkFaults faults) { faults_ = faults; }
  void cut(raft::ReplicaId from, raft::ReplicaId to) { cut_.insert({from, to}); }
  // Messages with batches that are under way: each once, however often the network brings it.
  size_t in_flight(raft::ReplicaId from, raft::ReplicaId to) const {
    auto found = in_flight_.find({from, to});
    return found == in_flight_.end() ? 0 : found->second;
  }
  bool is_cut(raft::ReplicaId from, raft::ReplicaId to) const { return cut_.contains({from, to}); }
  void heal() { cut_.clear(); }
  // To and from this one.
  void heal(raft::ReplicaId id) {
    std::erase_if(cut_, [&](const auto& link) { return link.first == id || link.second == id; });
  }

 private:
  struct Receivers {
    Receive message;
    ReceiveSnapshot snapshot;
  };
  void carry(raft::ReplicaId from, raft::ReplicaId to, bool counts,
             const std::function<void(const Receivers&)>& deliver);

  SimScheduler& scheduler_;
  Random random_;
  LinkFaults faults_;
  std::map<raft::ReplicaId, Receivers> receivers_;
  std::set<std::pair<raft::ReplicaId, raft::ReplicaId>> cut_;
  std::map<std::pair<raft::ReplicaId, raft::ReplicaId>, MonotonicTime> last_arrival_;
  std::map<std::pair<raft::ReplicaId, raft::ReplicaId>, size_t> in_flight_;
};

}  // namespace usher::sim

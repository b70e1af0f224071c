// A simulated partition of three or five replicas and its clients' way to it. Requests and answers
// take time and may be lost with whoever they are at, or on a way that is cut.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/log/history.h"
#include "tests/sim/log/replica.h"
#include "tests/sim/log/witness.h"

namespace usher::sim {

using ClientId = Id<struct ClientIdTag, uint64_t>;

class Cluster final : public Replica::Watcher {
 public:
  Cluster(SimLoop& loop, Witness& witness, SpaceId space, const Temper& temper, Random random);

  SimLoop& loop() { return loop_; }
  SimScheduler& world() { return world_; }
  Links& links() { return links_; }
  Witness& witness() { return witness_; }
  History& history() { return history_; }
  SpaceId space() const { return space_; }
  size_t size() const { return replicas_.size(); }
  Replica& replica(size_t i) { return *replicas_[i]; }
  Replica* leader();
  // Mostly the leader, as a client with good metadata would ask.
  size_t ask_where(Random& random);

  // --- clients: to the broker `at`; the answer comes if neither it nor the way to it is lost ---
  ClientId add_client() { return ClientId(++clients_); }
  size_t clients() const { return clients_; }
  void append(ClientId client, size_t at, wire::Batch batch, partition::Partition::Answer answer);
  using Fetched = std::move_only_function<void(Result<partition::FetchAnswer>)>;
  void fetch(ClientId client, size_t at, partition::FetchRequest request, Fetched fetched);
  // All that is committed at the replica, as it serves it; what retention took there, as it was
  // when it was committed.
  std::vector<wire::Batch> read_all(size_t at);
  // Replicas let go of what all who read are done with, each when it is drawn.
  void forget(Offset limit, Random& random);
  void cut_client(ClientId client, size_t broker) { clients_cut_.insert({client, broker}); }
  void heal_clients() { clients_cut_.clear(); }

  // --- faults ---
  void crash(size_t broker, Ending ending);
  // From all others, in both directions.
  void cut_off(size_t broker);
  // Called with whoever is elected, in the middle of things.
  void when_led(std::function<void(size_t broker)> call) { when_led_ = std::move(call); }
  // Whether the group bears that a disk is lost: every broker is a voter as it is now, and none of
  // the others' disks is in danger.
  bool may_lose_disk();

  uint64_t leader_changes() const { return leaders_.size(); }
  uint64_t snapshots() const { return snapshots_; }

 private:
  void on_moved(const Replica& replica) override;
  void on_leads(raft::ReplicaId id, Term term) override;
  void on_commit(raft::ReplicaId id, const partition::Partition& partition) override;
  void on_snapshot(raft::ReplicaId id) override;
  void on_damage_unexplained(raft::ReplicaId id, const Error& why) override;
  std::vector<partition::Incarnations> incarnations(raft::ReplicaId as_heard_by) override;
  void on_stopped(size_t broker) override;
  void archive(const partition::Partition& partition);
  void compare_clocks();
  void ask_clock(size_t broker, size_t peer);
  void check_time(WallTime time);
  Duration way() { return random_.between(100us, 3ms); }
  bool is_cut(ClientId client, size_t broker) const {
    return clients_cut_.contains({client, broker});
  }
  template <class T>
  std::move_only_function<void(T)> answer_to(ClientId client, size_t at,
                                             std::move_only_function<void(T)> answer);

  SimLoop& loop_;
  Witness& witness_;
  SpaceId space_;
  SimScheduler world_{loop_};
  Random random_;
  Links links_;
  History history_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  size_t clients_ = 0;
  std::set<std::pair<ClientId, size_t>> clients_cut_;
  std::map<Term, raft::ReplicaId> leaders_;
  std::function<void(size_t)> when_led_;
  uint64_t snapshots_ = 0;
  // The chain at every committed batch's end, as the first replica that committed it had it.
  std::map<Offset, wire::Chain> committed_;
  // Every committed batch, from the first one on.
  std::vector<wire::Batch> archive_;
};

}  // namespace usher::sim

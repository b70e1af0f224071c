// A simulated partition of three or five replicas and its clients' way to it. Requests and answers
// take time and may be lost with whoever they are at.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/log/replica.h"

namespace usher::sim {

class Cluster final : public Replica::Watcher {
 public:
  Cluster(size_t replicas, uint64_t seed);

  SimLoop& loop() { return loop_; }
  SimScheduler& world() { return world_; }
  Links& links() { return links_; }
  size_t size() const { return replicas_.size(); }
  Replica& replica(size_t i) { return *replicas_[i]; }
  Replica* leader();

  // To the replica `at`; the answer comes if neither it nor the way to it is lost.
  void append(size_t at, wire::Batch batch, partition::Partition::Answer answer);
  using Fetched = std::move_only_function<void(Result<partition::FetchAnswer>)>;
  void fetch(size_t at, partition::FetchRequest request, Fetched fetched);
  // All that is committed at the replica, as it serves it.
  Result<std::vector<wire::Batch>> read_all(size_t at);

  // What was seen that must never be: the first violation, in words.
  const std::string& violation() const { return violation_; }
  void violate(std::string what);
  // Of everything observed, in order.
  uint64_t trace_hash() const { return trace_; }
  void trace(std::string_view what);
  uint64_t leader_changes() const { return leaders_.size(); }

 private:
  void on_leads(raft::ReplicaId id, Term term) override;
  void on_commit(raft::ReplicaId id, const partition::Partition& partition) override;
  Duration way() { return random_.between(100us, 3ms); }

  SimLoop loop_;
  SimScheduler world_{loop_};
  Random random_;
  Links links_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::string violation_;
  uint64_t trace_ = 0;
  std::map<Term, raft::ReplicaId> leaders_;
  // The chain at every committed batch's end, as the first replica that committed it had it.
  std::map<Offset, wire::Chain> committed_;
};

}  // namespace usher::sim

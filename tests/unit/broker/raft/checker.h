// Raft's promises (figure 3 of the paper, and what Usher adds about disks), looked at after
// everything that happens, against full logs. A broken promise fails the running test by name.
#pragma once

#include <map>
#include <string>

#include "tests/unit/broker/raft/replica.h"

namespace usher::raft::test {

class Checker {
 public:
  using Replicas = std::map<ReplicaId, Replica>;

  // Before the replica carries it out.
  void wrote(const Replica& replica, const Write& write);
  void sent(const Replica& replica, const Message& message);
  // After.
  void became_leader(const Replica& replica);
  void committed(const Replica& replica, const Replicas& all);
  void read_asked(const Replica& replica, ReadNumber number);
  void read_done(const Replica& replica, const ReadDone& done);
  void crashed(const Replica& replica);

  // The core's term history against the full log.
  void knows_its_log(const Replica& replica) const;
  void logs_match(const Replicas& all) const;

  const Log& truth() const { return truth_; }
  uint64_t elections() const { return leaders_.size(); }
  uint64_t reads() const { return reads_; }

 private:
  // Even if it has just stepped down.
  bool leads_its_term(const Replica& replica) const;

  Log truth_;  // what was ever committed
  std::map<Term, ReplicaId> leaders_;
  std::map<ReplicaId, Offset> commits_;  // of each replica, since it started
  std::map<std::pair<ReplicaId, ReadNumber>, Offset> asked_;
  uint64_t reads_ = 0;
};

}  // namespace usher::raft::test

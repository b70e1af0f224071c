// One replica of a partition at work: consensus (broker/raft), durability (broker/journal), the
// log's tail in memory, and the two states. The one place where offsets, seqs, times and chains are
// given out, and where guards are checked.
//
//     append ─→ judge at the end ─→ place ─→ raft ─┬→ journal ─→ durable ─┐
//                                                  └→ peers ───→ match ───┴→ commit ─→ receipts,
//                                                                                     fetches
// Belongs to one Scheduler's thread. The same code runs in the broker and in the simulator.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "broker/journal/journal.h"
#include "broker/partition/derived_state.h"
#include "broker/partition/guards.h"
#include "broker/partition/tail.h"
#include "broker/raft/node.h"
#include "proto/base/scheduler.h"

namespace usher::partition {

// The other replicas, as this one reaches them. Anything may be lost on the way.
class Peers {
 public:
  virtual ~Peers() = default;
  // `batches` are those of an AppendRequest's entries, in their order; otherwise none.
  virtual void send(raft::Message message, std::vector<wire::Batch> batches) = 0;
};

struct Options {
  journal::PartitionKey key;
  raft::ReplicaId self;
  raft::Membership founded_with;  // empty: whoever the log names
  raft::Options raft;
};

// INPUT_GONE where the log does not hold what the fetch continues from.
struct FetchRequest {
  Offset from;
  // The term of the record before `from`, as the reader saw it; none: it begins here.
  std::optional<Term> continues;
  std::vector<TopicId> topics;  // none: all
  uint64_t bytes_max = 0;
  // Also what is appended and not committed yet: for those whose effects wait for the commit.
  bool uncommitted = false;
};

struct FetchAnswer {
  std::vector<wire::Batch> batches;  // those that hold a record of the topics
  // All below was looked at; the term of the last record looked at, none if nothing was.
  Offset scanned;
  std::optional<Term> scanned_term;
  Offset commit;
};

class Partition {
 public:
  using Answer = std::move_only_function<void(Result<Receipt>)>;

  // What recovery found; `journal` and `peers` outlive the partition.
  Partition(Scheduler& scheduler, journal::Journal& journal, Peers& peers, Options options,
            journal::RecoveredPartition recovered, Random random);
  ~Partition();
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  // Answered when the batch is committed, or gone for ever (CUT_OFF). Refused at once: NOT_LEADER,
  // what the guard says, a batch that is not whole, QUEUE_FULL (too much is uncommitted).
  void append(const wire::Batch& batch, Answer answer);
  // At any replica: what is committed here; uncommitted only at the leader.
  Result<FetchAnswer> fetch(const FetchRequest& request) const;
  // Called once, when the commit (or the end, of an uncommitted one) is above `offset`.
  void wait_above(Offset offset, bool uncommitted, Callback callback);

  // A linearizable read: called with the commit once it is sure that nothing is missing that was
  // committed before the call. NOT_LEADER. However many ask, one round is under way.
  void read(io::Done<Offset> done);

  // What came for this replica. Batches are checked here.
  void receive(raft::Message message, std::vector<wire::Batch> batches);
  void connection_lost(raft::ReplicaId peer);
  Result<void> change_membership(raft::MembershipChange change);
  Result<void> transfer_leadership(raft::ReplicaId to);

  // For the journal: is the batch still part of the log?
  bool holds(Offset base, Term term) const;

  const raft::Node& node() const { return node_; }
  const Tail& tail() const { return tail_; }
  const DerivedState& at_end() const { return at_end_; }
  const DerivedState& at_commit() const { return at_commit_; }
  // Appended batches that were not what they said, since the start.
  uint64_t batches_refused() const { return batches_refused_; }

 private:
  struct Pending {
    Receipt receipt;
    Answer answer;
  };
  struct Waiter {
    Offset above;
    bool uncommitted;
    Callback callback;
  };

  MonotonicTime now() const { return scheduler_.clock().monotonic(); }
  std::optional<Term> term_of(Offset offset) const;
  std::string leader_in_words() const;
  wire::Batch place(const wire::Batch& batch, Term term) const;
  void respond(Answer answer, Result<Receipt> result);
  void answer_at(const Receipt& receipt, Answer answer);
  void refuse_received();
  bool check_received(const raft::AppendRequest& request,
                      const std::vector<wire::Batch>& batches) const;

  // carry_out.cc
  void carry_out(raft::Actions actions);
  void write(const raft::Write& write);
  void append_to_log(const raft::Entry& entry);
  void cut(Offset to);
  void replicate(const raft::Replicate& order);
  void send(raft::Message message);
  void commit(Offset to);
  void answer_committed();
  void answer_read(const raft::ReadDone& answered);
  void wake();
  void rearm();

  Scheduler& scheduler_;
  journal::Journal& journal_;
  Peers& peers_;
  Options options_;

  Tail tail_;
  DerivedState at_commit_;
  DerivedState at_end_;
  raft::Node node_;
  // The bytes of what the next Write appends: proposed, or received.
  std::map<Offset, wire::Batch> arriving_;
  std::multimap<Offset, Pending> pending_;  // by the end of their batch
  std::vector<Waiter> waiters_;
  std::multimap<raft::ReadNumber, io::Done<Offset>> reads_;
  uint64_t committed_bytes_ = 0;  // of the tail
  uint64_t batches_refused_ = 0;
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::partition

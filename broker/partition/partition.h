// One replica of a partition at work: consensus (broker/raft), durability (broker/journal), the log
// that is read (broker/log: segments on disk, its tail in memory), and the two states. The one
// place where offsets, seqs, times and chains are given out, and where guards are checked.
//
//     append ─→ judge at the end ─→ place ─→ raft ─┬→ journal ─→ durable ─┐
//                                                  └→ peers ───→ match ───┴→ commit ─┬→ receipts,
//                                                                                    │  fetches
//                                     journal's checkpoint ←─ stored ←─ segments ←───┘
// Belongs to one Scheduler's thread. The same code runs in the broker and in the simulator.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "broker/journal/journal.h"
#include "broker/log/retention.h"
#include "broker/log/segments.h"
#include "broker/log/tail.h"
#include "broker/partition/catch_up.h"
#include "broker/partition/clocks.h"
#include "broker/partition/derived_state.h"
#include "broker/partition/guards.h"
#include "broker/partition/snapshot.h"
#include "broker/raft/node.h"
#include "proto/base/scheduler.h"

namespace usher::partition {

// For a replica whose log ends below what is left of this one: the first segment's head, which
// holds all that is known of the log before it. Answered, without one, when the receiver has it, or
// more.
struct SnapshotMessage {
  raft::ReplicaId from;
  raft::ReplicaId to;
  raft::LogPosition at;
  Buffer head = {};
};

// The other replicas, as this one reaches them. Anything may be lost on the way.
class Peers {
 public:
  virtual ~Peers() = default;
  virtual void send_snapshot(SnapshotMessage message) = 0;
  // `batches` are those of an AppendRequest's entries, in their order; otherwise none.
  virtual void send(raft::Message message, std::vector<wire::Batch> batches) = 0;
};

struct Options {
  journal::PartitionKey key;
  raft::ReplicaId self;
  raft::Membership founded_with;  // empty: whoever the log names
  raft::Options raft;
  // Shared by all partitions of the broker, which outlives them. None: a budget of its own.
  log::TailBudget* tail_budget = nullptr;
  // The broker's; outlives the partition. None: this machine's clock is believed.
  const Clocks* clocks = nullptr;
  // Likewise. None: as fast as it goes.
  CatchUpPace* catch_up = nullptr;
};

// Where a replica keeps its segments, how large they get, and how soon they are written.
struct SegmentsPlace {
  std::string directory;
  uint64_t segment_bytes = limits::kSegmentBytes;
  Duration write_after = limits::kSegmentWriteAfter;
  std::shared_ptr<io::KeptMemory> memory = log::piece_memory(1);
  log::Options options(journal::PartitionKey key) const {
    return {.key = {.space = key.space, .partition = key.partition},
            .directory = directory,
            .segment_bytes = segment_bytes,
            .write_after = write_after,
            .memory = memory};
  }
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

class Partition final : private log::Owner {
 public:
  using Answer = std::move_only_function<void(Result<Receipt>)>;

  // Reads the segments, then begins with what they and the journal's recovery say. SEGMENT_CORRUPT:
  // what the journal knows to be stored is not there. All but the options outlive the partition.
  static void open(Scheduler& scheduler, io::Disk& disk, journal::Journal& journal, Peers& peers,
                   Options options, const SegmentsPlace& place,
                   journal::RecoveredPartition recovered, Random random,
                   io::Done<std::unique_ptr<Partition>> done);
  // What recovery found. Without segments the whole log stays in journal and memory: for tests, and
  // for logs that are small for ever.
  Partition(Scheduler& scheduler, journal::Journal& journal, Peers& peers, Options options,
            journal::RecoveredPartition recovered, Random random,
            std::unique_ptr<log::Segments> segments = {}, StoredLog stored = StoredLog({}));
  ~Partition() override;
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  // Answered when the batch is committed, or gone for ever (CUT_OFF). Refused at once: NOT_LEADER,
  // what the guard says, a batch that is not whole, QUEUE_FULL (too much is uncommitted).
  void append(const wire::Batch& batch, Answer answer);
  // At any replica: what is committed here; uncommitted only at the leader. What is not in memory
  // is read from segments, a piece at a time: whoever wants more asks again from `scanned`.
  // OFFSET_GONE names the first offset that is left; SEGMENT_CORRUPT: another replica has it.
  void fetch(FetchRequest request, io::Done<FetchAnswer> done);
  // The first committed offset whose time is not before `time`; the commit, if there is none.
  void offset_at(WallTime time, io::Done<Offset> done);
  // The first offset that can be fetched.
  Offset log_start() const { return segments_ ? segments_->start() : tail_.start(); }
  // SEGMENT_CORRUPT and the like: why its segments take no more, if they do not.
  std::optional<Error> storage_failure() const {
    return segments_ ? segments_->failure() : anew_failure_;
  }
  // Called once, when the commit (or the end, of an uncommitted one) is above `offset`.
  void wait_above(Offset offset, bool uncommitted, Callback callback);

  // A linearizable read: called with the commit once it is sure that nothing is missing that was
  // committed before the call. NOT_LEADER. However many ask, one round is under way.
  void read(io::Done<Offset> done);

  // What came for this replica. Batches are checked here.
  void receive(raft::Message message, std::vector<wire::Batch> batches);
  void receive_snapshot(SnapshotMessage message);
  void connection_lost(raft::ReplicaId peer);
  Result<void> change_membership(raft::MembershipChange change);
  Result<void> transfer_leadership(raft::ReplicaId to);

  // Lets go of the oldest segments, as far as the topics allow it (broker/log/retention.h) and they
  // end at `limit` or before.
  void retain(const log::RetentionRules& rules, Offset limit = Offset(UINT64_MAX));

  // For segments that were damaged: what is needed of another replica's log to write them again, as
  // log::Segments says it.
  std::optional<log::Read> wanted_to_mend() {
    return segments_ ? segments_->wanted() : std::nullopt;
  }
  void mend(const std::vector<wire::Batch>& batches) {
    if (segments_) segments_->mend(batches);
  }

  // For the journal: is the batch still part of the log?
  bool holds(Offset base, Term term) const;

  const raft::Node& node() const { return node_; }
  const log::Tail& tail() const { return tail_; }
  // None: the whole log is in memory.
  const log::Segments* segments() const { return segments_.get(); }
  const DerivedState& at_end() const { return at_end_; }
  const DerivedState& at_commit() const { return at_commit_; }
  // Snapshots that took the place of this replica's log, since the start.
  uint64_t snapshots_installed() const { return snapshots_installed_; }
  // Appended batches that were not what they said, since the start.
  uint64_t batches_refused() const { return batches_refused_; }

 private:
  struct Pending {
    Receipt receipt;
    Answer answer;
    std::optional<Error> refusal = std::nullopt;  // told in the receipt's place
  };
  struct Waiter {
    Offset above;
    bool uncommitted;
    Callback callback;
  };

  MonotonicTime now() const { return scheduler_.clock().monotonic(); }
  std::optional<Term> term_of(Offset offset) const;
  raft::Restored restored(const journal::RecoveredPartition& recovered, StoredLog& stored) const;
  void take_over_tail(const journal::RecoveredPartition& recovered);
  ClockStanding clock_standing() const;
  std::string leader_in_words() const;
  wire::Batch place(const wire::Batch& batch, Term term) const;
  void respond(Answer answer, Result<Receipt> result);
  void answer_at(const Receipt& receipt, Answer answer);
  void refuse(const wire::BatchHeader& batch, Error why, Answer answer);
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
  void on_time();
  void look_at_clock();
  void saw_time() { time_seen_at_ = now(); }

  // reading.cc
  bool serves(const FetchRequest& request, Error& refusal) const;
  void fetch_stored(FetchRequest request, io::Done<FetchAnswer> done);
  FetchAnswer begin_answer(const FetchRequest& request) const;
  void replicate_stored(const raft::Replicate& order);
  void pick_stored(const raft::Replicate& order, const std::vector<wire::Batch>& batches);
  void picked(const raft::Replicate& order, const std::vector<wire::Batch>& batches);

  // snapshots.cc
  void order_snapshot(const raft::SendSnapshot& order);
  void snapshot_answered(const SnapshotMessage& message);
  void take_snapshot(const SnapshotMessage& message);
  void head_is_kept();
  void install();
  void give_up_snapshot();
  void begin_anew(Offset at);
  void open_anew();
  void open_anew_again(const Error& why);
  void lose_pending();
  void answer_snapshot(raft::ReplicaId to, raft::LogPosition at);

  // storing.cc
  void store(const wire::Batch& batch);
  void on_written(Offset end) override;
  void on_stored(Offset end) override;
  void on_segments_failed(const Error& why) override;
  std::shared_ptr<log::Restoring> begin_fold() const override;

  Scheduler& scheduler_;
  journal::Journal& journal_;
  Peers& peers_;
  Options options_;

  log::TailBudget own_budget_{limits::kTailCacheBytes};
  std::unique_ptr<log::Segments> segments_;
  log::Tail tail_;
  DerivedState at_commit_;
  DerivedState at_end_;
  raft::Node node_;
  // The bytes of what the next Write appends: proposed, or received.
  std::map<Offset, wire::Batch> arriving_;
  // What was just read from segments for a follower.
  std::map<Offset, wire::Batch> read_back_;
  std::multimap<Offset, Pending> pending_;  // by the end of their batch
  std::vector<Waiter> waiters_;
  std::multimap<raft::ReadNumber, io::Done<Offset>> reads_;
  // As leader: snapshots on their way, and how often each order was given its time.
  std::map<raft::ReplicaId, raft::SendSnapshot> sending_;
  // As follower: what is being put in the place of this log. While `anew_` there are no segments,
  // and nothing is appended.
  struct Incoming {
    raft::ReplicaId from;
    raft::LogPosition at;
    Snapshot snapshot;
  };
  std::optional<Incoming> incoming_;
  bool anew_ = false;
  std::optional<Error> anew_failure_;  // what kept the new segments from being opened
  io::Disk* disk_ = nullptr;
  SegmentsPlace place_;
  uint64_t snapshots_installed_ = 0;
  uint64_t uncommitted_bytes_ = 0;
  uint64_t batches_refused_ = 0;
  MonotonicTime time_seen_at_;  // when the last batch came to this log
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::partition

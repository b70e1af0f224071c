// One replica of one group: Raft without disk, socket, clock or thread (the contents page; each
// chapter is a file). Inputs come in from a driver, on one thread, with the time at which they
// came; each gives Actions back.
//
// The driver's contract: persist, then send, then apply.
//   1. Carry out the Actions of one call in their order and before those of the next (actions.h).
//   2. Hand every Write to the journal in the order of its numbers, and call durable(n) once all up
//      to n are on disk. Writes may overlap; nothing waits for them but what the core itself holds
//      back: a message of a term leaves only after term and vote are durable, an acknowledgement
//      only after what it acknowledges is. So what stands in Actions::send may leave at once.
//      Where the commit is noted in the journal too, it stands behind the writes before it.
//   3. A Replicate order is answered by picked() or not_picked(), a SendSnapshot likewise. The
//      message comes back from picked(), and only if the order still stands; what was picked for
//      one that does not is never sent.
//   4. Tell what became of a batch only from the commit: when it passes the batch's end, the batch
//      is in the log for ever if the log holds its position, and gone for ever if not. Being cut
//      off decides nothing: another leader may still hold the batch.
//   5. Say applied(), and call tick() at deadline() (later is safe), after the messages that have
//      come by then.
//   6. After a failed write or sync stop the replica: nothing here ever takes a write back. After a
//      crash make a new Node of what is on disk; after the loss of a disk, under a new ReplicaId.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "broker/raft/actions.h"
#include "broker/raft/membership_history.h"
#include "broker/raft/messages.h"
#include "broker/raft/progress.h"
#include "broker/raft/quorum.h"
#include "broker/raft/term_history.h"
#include "proto/base/limits.h"
#include "proto/base/random.h"

namespace usher::raft {

struct Options {
  Duration heartbeat_interval = limits::kHeartbeatInterval;
  Duration election_timeout_min = limits::kElectionTimeoutMin;
  Duration election_timeout_max = limits::kElectionTimeoutMax;
  // Followers whose connection to the leader broke do not all campaign in the same moment.
  Duration campaign_stagger = limits::kCampaignStagger;
  uint64_t replicate_bytes_max = limits::kReplicateBytes;
  Progress::Window window = {limits::kReplicateMessagesInFlight, limits::kReplicateBytesInFlight};
};

// What recovery found on disk, all of it durable.
struct Restored {
  HardState hard_state;
  TermHistory terms;
  MembershipHistory memberships;
  Offset commit;
  Offset applied;
};

struct Picked {
  std::vector<Entry> entries;
  uint64_t bytes = 0;
};

// The committed log up to a position, in another form; the driver has made it durable.
struct Snapshot {
  LogPosition at;
  Membership membership;
};

struct ReadAsked {
  ReadNumber number;
  Actions actions;
};

class Node {
 public:
  Node(ReplicaId self, const Options& options, Restored restored, Random random, MonotonicTime now);

  // --- time and network ---
  Actions tick(MonotonicTime now);
  MonotonicTime deadline() const;
  // Whether this replica may lead: one that may not steps down, and campaigns no more; it votes and
  // acknowledges as before.
  Actions allow_to_lead(bool may_lead, MonotonicTime now);
  // A message that check() has passed. One for another replica is ignored.
  Actions step(Message message, MonotonicTime now);
  // The connection to `peer` was reset: if it leads, its followers need not wait for its silence.
  Actions connection_lost(ReplicaId peer, MonotonicTime now);

  // --- storage ---
  Actions durable(WriteNumber up_to, MonotonicTime now);
  // The state machine has everything before `end`, which is not above the commit.
  void applied(Offset end);
  // Records before `start`, which is not above what is applied, can no longer be picked.
  void log_start_moved(Offset start);
  Actions picked(const Replicate& order, Picked picked, MonotonicTime now);
  // Nothing could be read or sent now; asked again when the follower is heard.
  Actions not_picked(const Replicate& order, MonotonicTime now);
  Actions snapshot_sent(const SendSnapshot& order, LogPosition at, MonotonicTime now);
  Actions snapshot_failed(const SendSnapshot& order, MonotonicTime now);
  // At a follower. One that says nothing new is ignored; one that says more than the log holds
  // restarts the log, and applied() with it.
  Actions install(Snapshot snapshot, MonotonicTime now);

  // --- what only a leader does: NOT_LEADER names the one known; LEADER_MOVING during a transfer
  // --- A batch of so many records takes the next offsets: log().end() names the place beforehand.
  Result<Actions> propose(uint64_t records, MonotonicTime now);
  // MEMBERSHIP_BUSY until a batch of this term and the change before are committed.
  Result<Actions> change_membership(MembershipChange change, MonotonicTime now);
  // To a voter. Proposals are refused until it leads, or an election timeout has passed.
  Result<Actions> transfer_leadership(ReplicaId to, MonotonicTime now);
  // Joins the next round of reads; its ReadDone comes once for all that joined.
  Result<ReadAsked> read(MonotonicTime now);

  // --- what stands now ---
  ReplicaId self() const { return self_; }
  Standing standing() const { return {role_, hard_state_.term, leader_}; }
  Term term() const { return hard_state_.term; }
  std::optional<ReplicaId> vote() const { return hard_state_.vote; }
  const TermHistory& log() const { return terms_; }
  const MembershipHistory& memberships() const { return memberships_; }
  Offset commit() const { return commit_; }
  Offset flushed() const { return flushed_; }
  Offset applied() const { return applied_; }
  bool is_transferring() const { return transfer_.has_value(); }
  // As a leader, of every other member; otherwise empty.
  const std::map<ReplicaId, Progress>& progress() const { return progress_; }
  // Whether a learner may be promoted: it has flushed all that the log held when it arrived.
  bool is_level(ReplicaId id) const;

 private:
  struct PendingWrite {
    WriteNumber number;
    HardState hard_state;
    Offset end;  // of the log as this write leaves it; less once it was cut further
  };
  struct Transfer {
    ReplicaId to;
    MonotonicTime deadline;
  };

  // node.cc: what frames every input
  void enter(MonotonicTime now);
  Actions leave();
  void receive(Message& message);
  void answer_old_term(const Message& message);
  void send(ReplicaId to, decltype(Message::body) body);
  void send_held();
  bool is_voter(ReplicaId id) const { return memberships_.in_force().is_voter(id); }
  Error not_leader() const;

  // log.cc: the log as this replica holds it, and what is durable of it
  void set_hard_state(const HardState& hard_state);
  void append(const Entry& entry);
  void truncate(Offset to);
  Write& write();
  void take_durable(WriteNumber up_to);

  // election.cc
  void rearm_election();
  bool may_campaign() const;
  bool has_live_leader() const;
  void campaign();
  void become_pre_candidate();
  void become_candidate(bool leader_agreed);
  void become_leader();
  void become_follower(Term term, std::optional<ReplicaId> leader);
  void take_vote(ReplicaId from, bool granted);
  void on(const Message& message, const PreVoteRequest& request);
  void on(const Message& message, const PreVoteReply& reply);
  void on(const Message& message, const VoteRequest& request);
  void on(const Message& message, const VoteReply& reply);

  // heartbeat.cc
  void tick_leader();
  void send_heartbeats();
  MonotonicTime next_heartbeat() const;
  bool hears_majority() const;
  void follow(ReplicaId leader);
  void on(const Message& message, const Heartbeat& heartbeat);
  void on(const Message& message, const HeartbeatReply& reply);
  void on(const Message& message, const TermIsOver& reply);

  // replication.cc: the leader's side
  void append_own(EntryKind kind, uint64_t records, std::optional<Membership> membership = {});
  void replicate_to_all();
  void replicate_to(ReplicaId to, Progress& progress);
  void ask_what_stands(ReplicaId to, const Progress& progress);
  Progress* standing_progress(ReplicaId of);
  void on(const Message& message, const AppendAccepted& reply);
  void on(const Message& message, const AppendRejected& reply);

  // following.cc: the follower's side
  void on(const Message& message, const AppendRequest& request);
  bool agrees_with(LogPosition prev) const;
  bool take_entries(const std::vector<Entry>& entries);
  void reject(const Message& message, LogPosition prev);
  void acknowledge(bool again);

  // snapshot.cc
  void order_snapshot(ReplicaId to, Progress& progress);
  void restart_at(const Snapshot& snapshot);

  // commit.cc
  bool has_committed_in_term() const;
  void commit_up_to(Offset end);
  void commit_by_majority();
  Offset match_of(ReplicaId voter) const;

  // read_index.cc
  void start_round();
  void confirm_round();
  void lose_reads();

  // reconfigure.cc
  Result<void> may_append() const;
  void follow_membership(Offset end);

  // transfer.cc
  void hand_over_if_level();
  void on(const Message& message, const CampaignNow& order);

  const ReplicaId self_;
  const Options options_;
  Random random_;
  MonotonicTime now_;
  Actions actions_;  // of the input at work
  Standing told_standing_;
  Offset told_commit_;

  // Log and disk: flushed ≤ end, applied ≤ commit ≤ end. commit may be ahead of flushed.
  HardState hard_state_;
  HardState durable_hard_state_;
  TermHistory terms_;
  MembershipHistory memberships_;
  Offset commit_;
  Offset applied_;
  Offset flushed_;
  WriteNumber last_write_;
  std::deque<PendingWrite> pending_writes_;  // ascending
  std::vector<Message> held_;  // wait for the hard state; at most one of a kind for each peer

  // Elections
  Role role_ = Role::kFollower;
  std::optional<ReplicaId> leader_;
  bool may_lead_ = true;
  MonotonicTime election_deadline_;
  std::map<ReplicaId, bool> votes_;  // as (pre-)candidate

  // As follower: what is known to agree with this term's leader, when it was last heard, what it
  // was told to be durable here.
  Offset agreed_;
  std::optional<MonotonicTime> leader_heard_;
  Offset acknowledged_;

  // As leader
  std::map<ReplicaId, Progress> progress_;  // of every other member
  MonotonicTime heartbeat_due_;
  OrderNumber last_order_;
  std::optional<Transfer> transfer_;
  ReadNumber last_round_;           // started
  std::optional<Offset> round_at_;  // the commit when it started; none: no round is under way
  bool next_round_wanted_ = false;
};

}  // namespace usher::raft

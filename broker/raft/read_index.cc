// Linearizable reads without a write (thesis §6.4): a round of heartbeats, answered by a majority,
// shows that the commit as of its start was the newest there was. However many ask, one round is
// under way and one may be waiting.
#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

Result<ReadAsked> Node::read(MonotonicTime now) {
  if (role_ != Role::kLeader) return fail(not_leader());
  enter(now);
  // A round under way may have begun before something was committed that this reader has seen.
  ReadNumber joined = last_round_.next();
  next_round_wanted_ = true;
  if (!round_at_ && has_committed_in_term()) start_round();
  return ReadAsked{joined, leave()};
}

void Node::start_round() {
  CHECK(!round_at_ && has_committed_in_term());
  next_round_wanted_ = false;
  last_round_ = last_round_.next();
  round_at_ = commit_;
  send_heartbeats();
  confirm_round();
}

void Node::confirm_round() {
  if (!round_at_) return;
  std::vector<ReadNumber> heard;
  for (ReplicaId voter : memberships_.in_force().voters)
    heard.push_back(voter == self_ ? last_round_ : progress_.at(voter).round());
  if (majority_reached(std::move(heard)) < last_round_) return;
  actions_.reads.push_back({last_round_, round_at_});
  round_at_.reset();
  if (next_round_wanted_) start_round();
}

void Node::lose_reads() {
  if (round_at_) actions_.reads.push_back({last_round_, std::nullopt});
  round_at_.reset();
  if (!next_round_wanted_) return;
  last_round_ = last_round_.next();
  actions_.reads.push_back({last_round_, std::nullopt});
  next_round_wanted_ = false;
}

}  // namespace usher::raft

// The commit: what a majority has flushed, counted only at a batch of the leader's own term
// (§5.4.2, figure 8); what is older comes along.
#include "broker/raft/node.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::raft {

bool Node::has_committed_in_term() const { return terms_.term_before(commit_) == term(); }

void Node::commit_up_to(Offset end) {
  if (end > commit_) commit_ = end;
}

Offset Node::match_of(ReplicaId voter) const {
  return voter == self_ ? flushed_ : progress_.at(voter).match();
}

void Node::commit_by_majority() {
  std::vector<Offset> flushed;
  for (ReplicaId voter : memberships_.in_force().voters) flushed.push_back(match_of(voter));
  Offset reached = majority_reached(std::move(flushed));
  if (reached <= commit_) return;
  if (terms_.term_before(reached) != term() && !planted(Bug::kCommitOlderTerm)) return;
  commit_up_to(reached);
  if (next_round_wanted_ && !round_at_) start_round();
  // Thesis §4.2.2: a leader that removed itself leads until that is committed.
  if (memberships_.is_settled(commit_) && !is_voter(self_)) {
    send_heartbeats();
    become_follower(term(), std::nullopt);
  }
}

}  // namespace usher::raft

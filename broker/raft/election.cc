// Elections: a pre-vote that disturbs nobody, then a vote that is durable before it is said.
#include <algorithm>

#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

void Node::rearm_election() {
  election_deadline_ =
      now_ + random_.between(options_.election_timeout_min, options_.election_timeout_max);
}

// Thesis §4.2.2: a voter whose removal is not committed may hold what the others need to go on. It
// campaigns, and does not count itself.
bool Node::may_campaign() const {
  bool is_needed = is_voter(self_) || memberships_.before(commit_).is_voter(self_);
  return role_ != Role::kLeader && may_lead_ && is_needed && applied_ == commit_;
}

Actions Node::allow_to_lead(bool may_lead, MonotonicTime now) {
  enter(now);
  may_lead_ = may_lead;
  if (!may_lead_ && role_ != Role::kFollower) become_follower(term(), std::nullopt);
  return leave();
}

bool Node::has_live_leader() const {
  if (role_ == Role::kLeader) return true;  // one that hears no majority steps down by itself
  return leader_ && leader_heard_ && now_ - *leader_heard_ < options_.election_timeout_min;
}

void Node::campaign() {
  if (may_campaign())
    become_pre_candidate();
  else
    election_deadline_ = now_ + options_.heartbeat_interval;  // looks again
}

Actions Node::connection_lost(ReplicaId peer, MonotonicTime now) {
  enter(now);
  if (role_ == Role::kFollower && leader_ == peer) {
    leader_.reset();
    // The first of the others goes at once, the next only if nothing has come of it.
    int64_t ahead = 0;
    for (ReplicaId voter : memberships_.in_force().voters)
      if (voter < self_ && voter != peer) ++ahead;
    election_deadline_ = now_ + ahead * options_.campaign_stagger;
    if (ahead == 0) campaign();
  }
  return leave();
}

void Node::become_pre_candidate() {
  role_ = Role::kPreCandidate;
  leader_.reset();
  votes_.clear();
  rearm_election();
  for (ReplicaId voter : memberships_.in_force().voters)
    if (voter != self_) send(voter, PreVoteRequest{terms_.end()});
  take_vote(self_, true);
}

// Our own vote counts like any other: when it is durable (Node::durable).
void Node::become_candidate(bool leader_agreed) {
  role_ = Role::kCandidate;
  leader_.reset();
  votes_.clear();
  rearm_election();
  set_hard_state({term().next(), self_});
  for (ReplicaId voter : memberships_.in_force().voters)
    if (voter != self_) send(voter, VoteRequest{terms_.end(), leader_agreed});
}

void Node::become_leader() {
  CHECK(role_ == Role::kCandidate && durable_hard_state_ == hard_state_);
  role_ = Role::kLeader;
  leader_ = self_;
  votes_.clear();
  heartbeat_due_ = next_heartbeat();
  follow_membership(terms_.end().end);
  send_heartbeats();
  // Only a batch of the own term can be committed by counting (§5.4.2), so there has to be one.
  append_own(EntryKind::kNewLeader, 1);
}

void Node::become_follower(Term term, std::optional<ReplicaId> leader) {
  if (term != this->term()) set_hard_state({term, std::nullopt});
  if (role_ == Role::kLeader) {
    lose_reads();
    progress_.clear();
    transfer_.reset();
  }
  if (role_ != Role::kFollower) rearm_election();
  role_ = Role::kFollower;
  leader_ = leader;
  votes_.clear();
}

void Node::take_vote(ReplicaId from, bool granted) {
  votes_.emplace(from, granted);
  VoteCount count;
  for (ReplicaId voter : memberships_.in_force().voters) {
    ++count.voters;
    auto vote = votes_.find(voter);
    if (vote != votes_.end()) ++(vote->second ? count.granted : count.refused);
  }
  switch (outcome(count)) {
    case VoteOutcome::kOpen:
      return;
    case VoteOutcome::kWon:
      return role_ == Role::kCandidate ? become_leader() : become_candidate(false);
    case VoteOutcome::kLost:
      return become_follower(term(), std::nullopt);
  }
}

void Node::on(const Message& message, const PreVoteRequest& request) {
  if (has_live_leader()) return;
  bool granted = message.term >= term() && is_up_to_date(request.last, terms_.end());
  send(message.from, PreVoteReply{message.term.next(), granted});
}

void Node::on(const Message& message, const PreVoteReply& reply) {
  if (!reply.granted && message.term > term())
    become_follower(message.term, std::nullopt);
  else if (role_ == Role::kPreCandidate && reply.proposed == term().next())
    take_vote(message.from, reply.granted);
}

// Whoever is asked may vote, a learner too: it may have been promoted and not know it yet. It is
// the candidate who counts the voters of its membership alone.
void Node::on(const Message& message, const VoteRequest& request) {
  bool is_free = !hard_state_.vote || hard_state_.vote == message.from;
  bool granted = is_free && is_up_to_date(request.last, terms_.end());
  if (granted) {
    if (!hard_state_.vote) set_hard_state({term(), message.from});
    rearm_election();
  }
  send(message.from, VoteReply{granted});
}

void Node::on(const Message& message, const VoteReply& reply) {
  if (role_ == Role::kCandidate) take_vote(message.from, reply.granted);
}

}  // namespace usher::raft

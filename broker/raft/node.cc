#include "broker/raft/node.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/base/check.h"

namespace usher::raft {

Node::Node(ReplicaId self, const Options& options, Restored restored, Random random,
           MonotonicTime now)
    : self_(self),
      options_(options),
      random_(random),
      now_(now),
      hard_state_(restored.hard_state),
      durable_hard_state_(restored.hard_state),
      terms_(std::move(restored.terms)),
      memberships_(std::move(restored.memberships)),
      commit_(restored.commit),
      applied_(restored.applied),
      flushed_(terms_.end().end),
      agreed_(restored.commit) {
  CHECK(terms_.end().term <= hard_state_.term, "a batch was appended in a term never persisted");
  CHECK(applied_ <= commit_ && terms_.start().end <= commit_ && commit_ <= terms_.end().end);
  CHECK(options.election_timeout_min > options.heartbeat_interval);
  told_commit_ = commit_;
  told_standing_ = standing();
  rearm_election();
  // Alone there is nobody to wait for.
  if (memberships_.in_force().voters == std::vector{self_}) election_deadline_ = now;
}

Actions Node::tick(MonotonicTime now) {
  enter(now);
  if (role_ == Role::kLeader) {
    tick_leader();
  } else if (now_ >= election_deadline_) {
    campaign();
  }
  return leave();
}

MonotonicTime Node::deadline() const {
  return role_ == Role::kLeader ? heartbeat_due_ : election_deadline_;
}

Actions Node::step(Message message, MonotonicTime now) {
  CHECK(check(message).has_value(), "the decoder refuses what check() refuses");
  enter(now);
  if (message.to == self_) receive(message);
  return leave();
}

Actions Node::durable(WriteNumber up_to, MonotonicTime now) {
  enter(now);
  take_durable(up_to);
  bool voted_for_self = hard_state_ == durable_hard_state_ && hard_state_.vote == self_;
  if (role_ == Role::kCandidate && voted_for_self) take_vote(self_, true);
  if (role_ == Role::kLeader)
    commit_by_majority();
  else
    acknowledge(false);
  return leave();
}

void Node::applied(Offset end) {
  CHECK(applied_ <= end && end <= commit_, "applied goes up, to the commit at most");
  applied_ = end;
}

void Node::enter(MonotonicTime now) { now_ = std::max(now_, now); }

Actions Node::leave() {
  if (actions_.write) {
    last_write_ = last_write_.next();
    actions_.write->number = last_write_;
    pending_writes_.push_back({last_write_, hard_state_, terms_.end().end});
  }
  if (commit_ != told_commit_) actions_.commit = commit_;
  if (standing() != told_standing_) actions_.standing = standing();
  told_commit_ = commit_;
  told_standing_ = standing();
  CHECK(applied_ <= commit_ && commit_ <= terms_.end().end && flushed_ <= terms_.end().end);
  return std::exchange(actions_, {});
}

// Raft §5.1: a higher term ends ours, a lower one is answered with ours. Pre-votes are about a term
// that nobody has begun, so they end none.
void Node::receive(Message& message) {
  if (const auto* request = std::get_if<PreVoteRequest>(&message.body))
    return on(message, *request);
  if (const auto* reply = std::get_if<PreVoteReply>(&message.body)) return on(message, *reply);

  const auto* vote = std::get_if<VoteRequest>(&message.body);
  // Thesis §4.2.3: who hears a leader does not help to replace it.
  if (vote && !vote->leader_agreed && has_live_leader()) return;
  if (message.term > term()) become_follower(message.term, std::nullopt);
  if (message.term < term()) return answer_old_term(message);
  std::visit([&](const auto& body) { on(message, body); }, message.body);
}

void Node::answer_old_term(const Message& message) {
  if (std::holds_alternative<VoteRequest>(message.body))
    send(message.from, VoteReply{false});
  else if (std::holds_alternative<AppendRequest>(message.body) ||
           std::holds_alternative<Heartbeat>(message.body))
    send(message.from, TermIsOver{});
}

void Node::send(ReplicaId to, decltype(Message::body) body) {
  Message message{self_, to, term(), std::move(body)};
  if (durable_hard_state_ == hard_state_) {
    actions_.send.push_back(std::move(message));
    return;
  }
  // The newest of a kind says all that the older ones said.
  std::erase_if(held_, [&](const Message& held) {
    return held.to == to && held.body.index() == message.body.index();
  });
  held_.push_back(std::move(message));
}

void Node::send_held() {
  if (durable_hard_state_ != hard_state_) return;
  for (Message& message : held_) actions_.send.push_back(std::move(message));
  held_.clear();
}

Error Node::not_leader() const {
  std::string detail =
      leader_ ? "replica " + std::to_string(leader_->value()) + " leads" : "no leader is known";
  return {ErrorCode::NOT_LEADER, std::move(detail)};
}

}  // namespace usher::raft

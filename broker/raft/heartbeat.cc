// Heartbeats: the leader shows that it is alive, tells the commit, and finds out whether it still
// has a majority (CheckQuorum). Their answers say nothing of the log and so wait for no disk.
#include <algorithm>

#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

void Node::tick_leader() {
  if (now_ < heartbeat_due_) return;
  if (transfer_ && now_ >= transfer_->deadline) transfer_.reset();
  if (!hears_majority()) return become_follower(term(), std::nullopt);
  heartbeat_due_ = next_heartbeat();
  send_heartbeats();
}

// At multiples of the interval: those of all groups that a broker leads go together, one frame to
// each other broker.
MonotonicTime Node::next_heartbeat() const {
  Duration since_start = now_.since_start();
  return MonotonicTime(since_start - since_start % options_.heartbeat_interval +
                       options_.heartbeat_interval);
}

void Node::send_heartbeats() {
  for (const auto& [id, progress] : progress_) send(id, Heartbeat{commit_, last_round_});
}

bool Node::hears_majority() const {
  std::vector<MonotonicTime> heard;
  for (ReplicaId voter : memberships_.in_force().voters)
    heard.push_back(voter == self_ ? now_ : progress_.at(voter).last_heard());
  return now_ - majority_reached(std::move(heard)) <= options_.election_timeout_min;
}

void Node::follow(ReplicaId leader) {
  CHECK(role_ != Role::kLeader && (!leader_ || leader_ == leader), "a term has one leader");
  become_follower(term(), leader);
  leader_heard_ = now_;
  rearm_election();
}

// A follower's log may go on, behind what agrees with the leader's, with what will be cut off.
void Node::on(const Message& message, const Heartbeat& heartbeat) {
  follow(message.from);
  // Whatever its leader appended stands behind what that leader has. A restart forgets that they
  // agreed, and where nothing is appended nobody says it again.
  if (terms_.end().term == term()) agreed_ = std::max(agreed_, terms_.end().end);
  commit_up_to(std::min(heartbeat.commit, agreed_));
  send(message.from, HeartbeatReply{heartbeat.round});
}

void Node::on(const Message& message, const HeartbeatReply& reply) {
  Progress* progress = standing_progress(message.from);
  if (!progress) return;
  progress->heard(now_);
  progress->heard_round(reply.round);
  confirm_round();
  if (transfer_ && transfer_->to == message.from) hand_over_if_level();
  // Each of its answers may have all that is in flight sent again.
  if (progress->stands_still(now_, options_.heartbeat_interval / 2))
    ask_what_stands(message.from, *progress);
  replicate_to(message.from, *progress);
}

void Node::on(const Message&, const TermIsOver&) {}  // receive() has compared the terms

}  // namespace usher::raft

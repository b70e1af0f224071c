// For a follower that needs what the log no longer holds: the driver sends another form of it, and
// the log begins anew behind it.
#include <algorithm>

#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

void Node::log_start_moved(Offset start) {
  CHECK(start <= applied_, "only what is applied may go");
  if (start <= terms_.start().end) return;
  terms_.forget_before(start);
  memberships_.forget_before(start);
}

void Node::order_snapshot(ReplicaId to, Progress& progress) {
  if (!progress.may_order_snapshot()) return;
  last_order_ = last_order_.next();
  progress.snapshot_ordered(last_order_);
  actions_.snapshots.push_back({last_order_, to});
}

Actions Node::snapshot_sent(const SendSnapshot& order, LogPosition at, MonotonicTime now) {
  enter(now);
  Progress* progress = standing_progress(order.to);
  if (progress && progress->snapshot_sent(order.number, at.end)) {
    CHECK(at.end <= commit_, "a snapshot holds what is committed");
    replicate_to(order.to, *progress);
  }
  return leave();
}

Actions Node::snapshot_failed(const SendSnapshot& order, MonotonicTime now) {
  enter(now);
  if (Progress* progress = standing_progress(order.to)) progress->not_sent(order.number);
  return leave();
}

// What is committed is so in every term: a snapshot may come from any leader, however old.
Actions Node::install(Snapshot snapshot, MonotonicTime now) {
  enter(now);
  if (role_ != Role::kLeader && snapshot.at.end > commit_) {
    // The sender may know this replica's place without ever having been heard by it.
    if (snapshot.at.term > term()) become_follower(snapshot.at.term, std::nullopt);
    if (!terms_.holds(snapshot.at)) restart_at(snapshot);
    agreed_ = std::max(agreed_, snapshot.at.end);
    commit_up_to(snapshot.at.end);
  }
  return leave();
}

void Node::restart_at(const Snapshot& snapshot) {
  terms_ = TermHistory(snapshot.at);
  memberships_ = MembershipHistory(snapshot.membership);
  applied_ = commit_ = snapshot.at.end;
  agreed_ = snapshot.at.end;
  flushed_ = Offset(0);
  for (PendingWrite& pending : pending_writes_) pending.end = Offset(0);
  write().restart_at = snapshot.at;
}

}  // namespace usher::raft

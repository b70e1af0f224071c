// Replication, the leader's side: every follower is sent what it lacks, in a window of messages,
// while the leader's own disk is still at work.
#include <algorithm>

#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

Result<Actions> Node::propose(uint64_t records, MonotonicTime now) {
  TRY(may_append());
  CHECK(records > 0);
  enter(now);
  append_own(EntryKind::kRecords, records);
  return leave();
}

void Node::append_own(EntryKind kind, uint64_t records, std::optional<Membership> membership) {
  Offset first = terms_.end().end;
  append({term(), first, first + records, kind, std::move(membership)});
  if (kind == EntryKind::kMembership) follow_membership(first);
  replicate_to_all();
}

void Node::replicate_to_all() {
  for (auto& [id, progress] : progress_) replicate_to(id, progress);
}

void Node::replicate_to(ReplicaId to, Progress& progress) {
  Offset next = progress.next();
  if (next < terms_.start().end) return order_snapshot(to, progress);
  if (next == terms_.end().end || !progress.may_order(options_.window)) return;
  last_order_ = last_order_.next();
  progress.ordered(last_order_);
  uint64_t bytes_max = std::min(options_.replicate_bytes_max, progress.room_bytes(options_.window));
  actions_.replicate.push_back({last_order_, to, {next, terms_.term_before(next)}, bytes_max});
}

// What is in flight, or its answer, may have been lost, and nothing else would show it.
void Node::ask_what_stands(ReplicaId to, const Progress& progress) {
  Offset next = progress.next();
  if (next < terms_.start().end) return;
  send(to, AppendRequest{{next, terms_.term_before(next)}, {}, commit_});
}

Progress* Node::standing_progress(ReplicaId of) {
  auto found = progress_.find(of);
  return found == progress_.end() ? nullptr : &found->second;
}

Actions Node::picked(const Replicate& order, Picked picked, MonotonicTime now) {
  CHECK(!picked.entries.empty() && picked.entries.front().first == order.prev.end);
  enter(now);
  LogPosition last = picked.entries.back().position();
  Progress* progress = standing_progress(order.to);
  if (progress && progress->sent(order.number, last.end, picked.bytes)) {
    CHECK(last.end < terms_.start().end || terms_.holds(last), "picked from another log");
    send(order.to, AppendRequest{order.prev, std::move(picked.entries), commit_});
  }
  if (progress) replicate_to(order.to, *progress);
  return leave();
}

Actions Node::not_picked(const Replicate& order, MonotonicTime now) {
  enter(now);
  if (Progress* progress = standing_progress(order.to)) progress->not_sent(order.number);
  return leave();
}

void Node::on(const Message& message, const AppendAccepted& reply) {
  Progress* progress = standing_progress(message.from);
  if (!progress) return;
  CHECK(reply.match <= terms_.end().end, "a follower agrees with what this leader never had");
  progress->heard(now_);
  bool moved = progress->accepted(reply.match);
  replicate_to(message.from, *progress);
  if (!moved) return;
  if (transfer_ && transfer_->to == message.from) hand_over_if_level();
  commit_by_majority();
}

// Either side steps back over all of a term that the other does not have: a round trip a term.
void Node::on(const Message& message, const AppendRejected& reply) {
  Progress* progress = standing_progress(message.from);
  if (!progress) return;
  progress->heard(now_);
  // Where nothing here can agree, it is below the log's start that they part.
  std::optional<LogPosition> common = terms_.last_not_above(reply.hint);
  Offset next = common ? common->end : Offset(0);
  if (progress->rejected(reply.prev_end, next)) replicate_to(message.from, *progress);
}

}  // namespace usher::raft

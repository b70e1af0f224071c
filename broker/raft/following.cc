// Replication, the follower's side: what agrees with the leader's log stays, what contradicts it is
// cut off, and only what is on this disk is acknowledged.
#include <algorithm>

#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

void Node::on(const Message& message, const AppendRequest& request) {
  follow(message.from);
  if (!agrees_with(request.prev)) return reject(message, request.prev);
  bool appended = take_entries(request.entries);
  LogPosition last = request.entries.empty() ? request.prev : request.entries.back().position();
  agreed_ = std::max({agreed_, commit_, last.end});
  commit_up_to(std::min(request.commit, agreed_));
  // Nothing new: the leader is asking. What is new is acknowledged once it is flushed.
  if (!appended) acknowledge(true);
}

bool Node::agrees_with(LogPosition prev) const {
  if (prev.end < commit_) return true;  // a leader holds whatever is committed (§5.4)
  bool agrees = terms_.holds(prev);
  CHECK(agrees || prev.end > commit_, "a leader does not hold what is committed");
  return agrees;
}

bool Node::take_entries(const std::vector<Entry>& entries) {
  bool appended = false;
  for (const Entry& entry : entries) {
    bool is_here = entry.end <= commit_ || terms_.holds(entry.position());
    if (!appended && is_here) continue;
    if (entry.first < terms_.end().end) truncate(entry.first);
    append(entry);
    appended = true;
  }
  return appended;
}

void Node::reject(const Message& message, LogPosition prev) {
  std::optional<LogPosition> hint = terms_.last_not_above(prev);
  // What is committed stands at the leader too.
  if (!hint || hint->end < commit_) hint = LogPosition{commit_, terms_.term_before(commit_)};
  send(message.from, AppendRejected{prev.end, *hint});
}

void Node::acknowledge(bool again) {
  if (!leader_ || role_ == Role::kLeader) return;
  Offset match = std::min(flushed_, agreed_);
  if (match <= acknowledged_ && !again) return;
  acknowledged_ = match;
  send(*leader_, AppendAccepted{match});
}

}  // namespace usher::raft

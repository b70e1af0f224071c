// The log as this replica holds it, and how much of it is durable. A write counts when the journal
// has reported its number: a report names no offset, so it cannot speak for a tail that was cut off
// since.
#include <algorithm>

#include "broker/raft/node.h"
#include "proto/base/check.h"

namespace usher::raft {

void Node::set_hard_state(const HardState& hard_state) {
  if (hard_state.term != hard_state_.term) {
    CHECK(hard_state.term > hard_state_.term);
    // What agreed with one leader's log and what was said to it means nothing to the next.
    agreed_ = commit_;
    acknowledged_ = Offset(0);
    held_.clear();
  }
  hard_state_ = hard_state;
  write().hard_state = hard_state;
}

void Node::append(const Entry& entry) {
  CHECK(entry.first == terms_.end().end);
  terms_.append(entry.position());
  if (entry.membership) memberships_.append(entry.first, *entry.membership);
  write().append.push_back(entry);
}

void Node::truncate(Offset to) {
  CHECK(role_ != Role::kLeader, "a leader only appends");
  CHECK(to >= commit_, "what is committed is never cut off");
  CHECK(to >= agreed_, "a leader does not take back what it sent");
  terms_.truncate(to);
  memberships_.truncate(to);
  flushed_ = std::min(flushed_, to);
  for (PendingWrite& pending : pending_writes_) pending.end = std::min(pending.end, to);
  write().truncate_to = to;
}

Write& Node::write() {
  if (!actions_.write) actions_.write.emplace();
  return *actions_.write;
}

void Node::take_durable(WriteNumber up_to) {
  CHECK(up_to <= last_write_, "the journal cannot have what was never written");
  while (!pending_writes_.empty() && pending_writes_.front().number <= up_to) {
    durable_hard_state_ = pending_writes_.front().hard_state;
    flushed_ = pending_writes_.front().end;
    pending_writes_.pop_front();
  }
  send_held();
}

}  // namespace usher::raft

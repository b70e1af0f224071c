// Changes of membership: one voter or learner at a time, in force from the append (thesis §4.1,
// with the correction of 2015: not before a batch of the own term is committed).
#include "broker/raft/node.h"
#include "proto/base/planted.h"

namespace usher::raft {

Result<void> Node::may_append() const {
  if (role_ != Role::kLeader) return fail(not_leader());
  if (transfer_)
    return fail(ErrorCode::LEADER_MOVING,
                "leadership goes to replica " + std::to_string(transfer_->to.value()));
  return {};
}

Result<Actions> Node::change_membership(MembershipChange change, MonotonicTime now) {
  TRY(may_append());
  bool at_once = planted(Bug::kReadmitAtOnce);
  if (!has_committed_in_term() && !at_once)
    return fail(ErrorCode::MEMBERSHIP_BUSY, "the leader has not committed in its term yet");
  if (!memberships_.is_settled(commit_) && !at_once)
    return fail(ErrorCode::MEMBERSHIP_BUSY, "the change before is not committed yet");
  TRY_ASSIGN(Membership after, changed(memberships_.in_force(), change));
  enter(now);
  append_own(EntryKind::kMembership, 1, std::move(after));
  commit_by_majority();  // of fewer voters more may be a majority
  confirm_round();
  return leave();
}

// `end` is where the log ended when the newcomers came.
void Node::follow_membership(Offset end) {
  const Membership& members = memberships_.in_force();
  std::erase_if(progress_, [&](const auto& known) { return !members.is_member(known.first); });
  for (const auto* ids : {&members.voters, &members.learners})
    for (ReplicaId id : *ids)
      if (id != self_) progress_.try_emplace(id, end, now_);
}

bool Node::is_level(ReplicaId id) const {
  auto found = progress_.find(id);
  return found != progress_.end() && found->second.is_level();
}

}  // namespace usher::raft

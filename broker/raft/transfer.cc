// Leader transfer (thesis §3.10): the target is brought level while nothing new is taken, then told
// to campaign; its votes are granted although everybody hears a leader.
#include "broker/raft/node.h"

namespace usher::raft {

Result<Actions> Node::transfer_leadership(ReplicaId to, MonotonicTime now) {
  TRY(may_append());
  if (to == self_ || !is_voter(to))
    return fail(ErrorCode::INVALID_ARGUMENT,
                "replica " + std::to_string(to.value()) + " is not another voter of the group");
  enter(now);
  transfer_ = Transfer{to, now_ + options_.election_timeout_max};
  hand_over_if_level();
  return leave();
}

// Said again with every answer that finds it level: the order may be lost.
void Node::hand_over_if_level() {
  if (progress_.at(transfer_->to).match() == terms_.end().end) send(transfer_->to, CampaignNow{});
}

void Node::on(const Message& message, const CampaignNow&) {
  if (!may_lead_) return;
  if (role_ == Role::kFollower && leader_ == message.from && may_campaign()) become_candidate(true);
}

}  // namespace usher::raft

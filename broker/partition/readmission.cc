#include "broker/partition/readmission.h"

#include "proto/base/planted.h"

namespace usher::partition {

std::optional<raft::MembershipChange> next_change(
    const raft::Membership& members, const Incarnations& broker,
    const std::function<bool(raft::ReplicaId)>& is_level) {
  using Kind = raft::MembershipChange::Kind;
  if (members.is_voter(broker.now)) return std::nullopt;
  // One that was lost again before it counted is in nobody's way, but for its place.
  for (raft::ReplicaId id : broker.before)
    if (members.is_member(id) && !members.is_voter(id))
      return raft::MembershipChange{Kind::kRemove, id};
  if (!members.is_member(broker.now)) return raft::MembershipChange{Kind::kAddLearner, broker.now};
  if (!is_level(broker.now) && !planted(Bug::kReadmitAtOnce)) return std::nullopt;
  for (raft::ReplicaId id : broker.before)
    if (members.is_voter(id)) return raft::MembershipChange{Kind::kRemove, id};
  return raft::MembershipChange{Kind::kPromote, broker.now};
}

}  // namespace usher::partition

// A broker whose disk was lost comes back as another replica. Its place in the group passes from
// the old incarnation to the new one step by step, each committed before the next is proposed:
//
//     {A B C}  ─→  {A B C} + c  ─→  c is level  ─→  {A B} + c  ─→  {A B c}
//
// The old one goes before the new one counts: at no time do a majority that remembers and one that
// forgot exist side by side. Pure: the leader asks again from time to time, and proposes what it is
// told.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "broker/raft/membership.h"

namespace usher::partition {

// A broker that has a place in the group.
struct Incarnations {
  raft::ReplicaId now;
  std::vector<raft::ReplicaId> before;  // those whose disks are gone
};

// `is_level`: has the replica flushed all that the log held when it came? Nothing: all is done, or
// has to wait.
std::optional<raft::MembershipChange> next_change(
    const raft::Membership& members, const Incarnations& broker,
    const std::function<bool(raft::ReplicaId)>& is_level);

}  // namespace usher::partition

// Who is in a group: voters, who count, and learners, who only receive. One change at a time, so
// that any majority before it and any majority after it have a voter in common.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/raft/types.h"
#include "proto/base/result.h"

namespace usher::raft {

struct Membership {
  std::vector<ReplicaId> voters;    // ascending
  std::vector<ReplicaId> learners;  // ascending; none of them a voter

  bool is_voter(ReplicaId id) const;
  bool is_member(ReplicaId id) const;
  friend bool operator==(const Membership&, const Membership&) = default;
};

struct MembershipChange {
  enum class Kind : uint8_t { kAddLearner, kPromote, kRemove };
  Kind kind;
  ReplicaId id;
};

// The membership after the change. INVALID_ARGUMENT says why there is none; TOO_LARGE names the
// limit.
Result<Membership> changed(Membership before, MembershipChange change);

}  // namespace usher::raft

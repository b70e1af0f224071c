// Which membership was in force from which offset. A change is in force from its batch on,
// committed or not, and is undone when the batch is cut off.
#pragma once

#include <vector>

#include "broker/raft/membership.h"

namespace usher::raft {

class MembershipHistory {
 public:
  // Nobody is a member: a new replica, until the log or a snapshot tells it more.
  MembershipHistory() = default;
  // As the group was founded, or as a snapshot says.
  explicit MembershipHistory(Membership first) : first_(std::move(first)) {}

  const Membership& in_force() const { return changes_.empty() ? first_ : changes_.back().after; }
  // In force before the record at `offset`, which is not before what was forgotten.
  const Membership& before(Offset offset) const;
  // Whether every change is below the commit.
  bool is_settled(Offset commit) const;

  // `at` is the offset of the control batch, behind all others.
  void append(Offset at, Membership after);
  // The log now ends at `end`.
  void truncate(Offset end);
  // The log now starts at `start`; changes before it can no longer be told apart.
  void forget_before(Offset start);

 private:
  struct Change {
    Offset at;
    Membership after;
  };

  Membership first_;
  std::vector<Change> changes_;  // ascending
};

}  // namespace usher::raft

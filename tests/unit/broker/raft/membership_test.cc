#include "broker/raft/membership.h"

#include "broker/raft/membership_history.h"

#include "tests/doctest.h"

namespace usher::raft {
namespace {

using Kind = MembershipChange::Kind;

Membership members(std::vector<uint64_t> voters, std::vector<uint64_t> learners = {}) {
  Membership membership;
  for (uint64_t id : voters) membership.voters.push_back(ReplicaId(id));
  for (uint64_t id : learners) membership.learners.push_back(ReplicaId(id));
  return membership;
}

Result<Membership> change(const Membership& before, Kind kind, uint64_t id) {
  return changed(before, {kind, ReplicaId(id)});
}

TEST_CASE("a lost disk is replaced by three changes, one replica each") {
  Membership founded = members({1, 2, 3});
  Result<Membership> arrived = change(founded, Kind::kAddLearner, 4);
  EXPECT(*arrived == members({1, 2, 3}, {4}));
  Result<Membership> out = change(*arrived, Kind::kRemove, 2);
  EXPECT(*out == members({1, 3}, {4}));
  EXPECT(*change(*out, Kind::kPromote, 4) == members({1, 3, 4}));
}

TEST_CASE("a change that cannot be made is refused by name") {
  Membership before = members({1, 2}, {5});
  EXPECT(change(before, Kind::kAddLearner, 2).error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(change(before, Kind::kAddLearner, 5).error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(change(before, Kind::kPromote, 1).error().detail == "replica 1 is not a learner");
  EXPECT(change(before, Kind::kPromote, 9).error().detail == "replica 9 is not a learner");
  EXPECT(change(before, Kind::kRemove, 9).error().detail == "replica 9 is not a member");
  EXPECT(change(members({1}, {5}), Kind::kRemove, 1).error().detail ==
         "replica 1 is the last voter");
  EXPECT(change(members({1, 2, 3, 4, 5}, {6, 7, 8, 9}), Kind::kAddLearner, 10).error().code ==
         ErrorCode::TOO_LARGE);
}

TEST_CASE("a membership is in force from its batch on and undone when the batch is cut off") {
  MembershipHistory history(members({1, 2, 3}));
  EXPECT(history.is_settled(Offset(0)));
  history.append(Offset(4), members({1, 2, 3}, {4}));
  history.append(Offset(9), members({1, 2}, {4}));
  EXPECT(history.in_force() == members({1, 2}, {4}));
  EXPECT(history.before(Offset(4)) == members({1, 2, 3}));
  EXPECT(history.before(Offset(5)) == members({1, 2, 3}, {4}));
  EXPECT(!history.is_settled(Offset(9)));
  EXPECT(history.is_settled(Offset(10)));
  history.truncate(Offset(9));
  EXPECT(history.in_force() == members({1, 2, 3}, {4}));
  history.forget_before(Offset(5));
  EXPECT(history.before(Offset(5)) == members({1, 2, 3}, {4}));
  history.truncate(Offset(5));
  EXPECT(history.in_force() == members({1, 2, 3}, {4}));
}

}  // namespace
}  // namespace usher::raft

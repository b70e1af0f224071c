#include "broker/partition/readmission.h"

#include "tests/doctest.h"

namespace usher::partition {
namespace {

raft::Membership members(std::vector<uint64_t> voters, std::vector<uint64_t> learners = {}) {
  raft::Membership membership;
  for (uint64_t id : voters) membership.voters.emplace_back(id);
  for (uint64_t id : learners) membership.learners.emplace_back(id);
  return membership;
}

// What is next for broker 3, whose disks 3 and 103 are lost.
std::string next(const raft::Membership& group, bool level = false) {
  Incarnations broker{.now = raft::ReplicaId(203),
                      .before = {raft::ReplicaId(3), raft::ReplicaId(103)}};
  auto change = next_change(group, broker, [&](raft::ReplicaId) { return level; });
  if (!change) return "nothing";
  std::string id = std::to_string(change->id.value());
  switch (change->kind) {
    case raft::MembershipChange::Kind::kAddLearner:
      return "add " + id;
    case raft::MembershipChange::Kind::kPromote:
      return "promote " + id;
    case raft::MembershipChange::Kind::kRemove:
      return "remove " + id;
  }
  return "?";
}

TEST_CASE("a lost disk's place passes on in three steps, the old one going before the new counts") {
  EXPECT(next(members({1, 2, 3})) == "add 203");
  EXPECT(next(members({1, 2, 3}, {203})) == "nothing");
  EXPECT(next(members({1, 2, 3}, {203}), true) == "remove 3");
  EXPECT(next(members({1, 2}, {203}), true) == "promote 203");
  EXPECT(next(members({1, 2, 203}), true) == "nothing");
}

TEST_CASE("one that was lost again before it counted leaves first") {
  EXPECT(next(members({1, 2, 3}, {103})) == "remove 103");
  EXPECT(next(members({1, 2}, {103})) == "remove 103");
  EXPECT(next(members({1, 2})) == "add 203");
  EXPECT(next(members({1, 2, 103})) == "add 203");
}

TEST_CASE("a learner that falls behind again is not promoted") {
  EXPECT(next(members({1, 2}, {203}), false) == "nothing");
}

}  // namespace
}  // namespace usher::partition

#include "broker/raft/membership.h"

#include <algorithm>
#include <string>

#include "proto/base/limits.h"

namespace usher::raft {
namespace {

bool contains(const std::vector<ReplicaId>& ids, ReplicaId id) {
  return std::ranges::binary_search(ids, id);
}

void insert(std::vector<ReplicaId>& ids, ReplicaId id) {
  ids.insert(std::ranges::lower_bound(ids, id), id);
}

std::unexpected<Error> refuse(ReplicaId id, const char* why) {
  return fail(ErrorCode::INVALID_ARGUMENT, "replica " + std::to_string(id.value()) + " " + why);
}

}  // namespace

bool Membership::is_voter(ReplicaId id) const { return contains(voters, id); }

bool Membership::is_member(ReplicaId id) const { return is_voter(id) || contains(learners, id); }

Result<Membership> changed(Membership before, MembershipChange change) {
  switch (change.kind) {
    case MembershipChange::Kind::kAddLearner:
      if (before.is_member(change.id)) return refuse(change.id, "is a member already");
      if (before.voters.size() + before.learners.size() >= limits::kReplicas)
        return fail(ErrorCode::TOO_LARGE,
                    "a group has at most " + std::to_string(limits::kReplicas) + " replicas");
      insert(before.learners, change.id);
      break;
    case MembershipChange::Kind::kPromote:
      if (!contains(before.learners, change.id)) return refuse(change.id, "is not a learner");
      std::erase(before.learners, change.id);
      insert(before.voters, change.id);
      break;
    case MembershipChange::Kind::kRemove:
      if (!before.is_member(change.id)) return refuse(change.id, "is not a member");
      if (before.is_voter(change.id) && before.voters.size() == 1)
        return refuse(change.id, "is the last voter");
      std::erase(before.voters, change.id);
      std::erase(before.learners, change.id);
      break;
  }
  return before;
}

}  // namespace usher::raft

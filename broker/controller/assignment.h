// Who should own which task of an app, and who should stand by. Pure, and made so that as little
// as possible changes: a task that stays where it is never pauses.
//
//     sticky       an owner that lives keeps its tasks, up to its share
//     warm first   a task without an owner goes to whoever's state reaches furthest
//     balanced     shares differ by at most one (a member may take less: tasks_max)
//     incremental  a task that moves is first taken from its owner; only when that has let go is it
//                  proposed to another, under a new epoch
#pragma once

#include <map>
#include <set>
#include <vector>

#include "proto/base/ids.h"

namespace usher::controller {

struct Candidate {
  MemberId member = {};
  uint32_t tasks_max = 0;                      // 0: any number
  std::map<PartitionId, Offset> applied = {};  // state on its disk reaches so far
  std::set<PartitionId> holds = {};            // tasks that it runs as owner, by its own account
};

struct AssignmentInput {
  std::vector<MemberId> proposed = {};     // by partition, as it stands; none: nobody
  std::vector<Candidate> candidates = {};  // those that live, by member, rising
};

struct AssignmentPlan {
  std::vector<MemberId> before = {};    // what was proposed as it was made
  std::vector<MemberId> owners = {};    // by partition
  std::vector<MemberId> standbys = {};  // by partition; none where there is one member only
};

AssignmentPlan assign(const AssignmentInput& input);

}  // namespace usher::controller

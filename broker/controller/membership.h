// What becomes of an app's members and tasks: who joins, who is given up, and the next proposals.
// Pure, as decide.h.
#pragma once

#include "broker/controller/assignment.h"
#include "broker/controller/decide.h"

namespace usher::controller {

// The member's id is the state's next_member().
Result<Records> join(const ClusterState& state, const wire::JoinRequest& request);
Result<Records> leave(const ClusterState& state, MemberId member);
// What changes when the app's tasks are assigned as planned: each new owner has a new epoch.
// Nothing, where the plan was made of others than those that stand: it would take tasks from
// whoever was given them since.
Records propose(const App& app, const AssignmentPlan& plan);

}  // namespace usher::controller

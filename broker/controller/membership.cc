#include "broker/controller/membership.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/planted.h"

namespace usher::controller {

Result<Records> join(const ClusterState& state, const wire::JoinRequest& request) {
  TRY(check_name("app", request.app));
  if (!state.spaces().contains(request.space))
    return fail(ErrorCode::NOT_FOUND, fmt::format("space {}", request.space.value()));
  const App* app = state.app(request.app);
  if (app && app->info.space != request.space)
    return fail(ErrorCode::ALREADY_EXISTS,
                fmt::format("app '{}' is of another space", request.app));
  if (app && app->members.size() >= limits::kAppMembers)
    return fail(ErrorCode::TOO_LARGE,
                fmt::format("{} members of an app, the limit", limits::kAppMembers));
  Records records;
  AppId id = app ? app->info.id : state.next_app();
  if (!app) records.push_back(wire::AppInfo{id, request.app, request.space});
  records.push_back(wire::MemberJoined{.app = id,
                                       .member = state.next_member(),
                                       .endpoint = request.endpoint,
                                       .app_version = request.app_version,
                                       .tasks_max = request.tasks_max});
  return records;
}

Result<Records> leave(const ClusterState& state, MemberId member) {
  const App* app = state.app_of(member);
  if (!app) return Records();
  return Records{wire::MemberLeft{app->info.id, member}};
}

Records propose(const App& app, const AssignmentPlan& plan) {
  bool is_stale = !std::ranges::equal(app.tasks, plan.before, {}, &Task::owner);
  if (is_stale) return {};
  Records records;
  for (size_t i = 0; i < app.tasks.size(); ++i) {
    if (plan.owners[i] == app.tasks[i].owner) continue;
    bool owned = plan.owners[i] != MemberId(0);
    if (planted(Bug::kEpochShared) && app.tasks[i].epoch > Epoch(0)) owned = false;
    records.push_back(
        wire::TaskProposed{.app = app.info.id,
                           .partition = PartitionId(static_cast<uint32_t>(i)),
                           .owner = plan.owners[i],
                           .epoch = owned ? app.tasks[i].epoch.next() : app.tasks[i].epoch});
  }
  return records;
}

}  // namespace usher::controller

#include <algorithm>

#include <fmt/format.h>

#include "proto/wire/protocol/cluster_record.h"

#include "tests/sim/cluster/checks/checks.h"

namespace usher::clusters {
namespace {

struct App {
  std::set<MemberId> members;
  std::map<PartitionId, MemberId> owners;
  // Of a plan that was made before the last of them came or went.
  size_t members_most = 0;

  size_t tasks_of(MemberId member) const {
    return static_cast<size_t>(
        std::ranges::count(owners, member, [](const auto& task) { return task.second; }));
  }
};

}  // namespace

std::string unaffected_keep_tasks(const sim::Log& system) {
  std::map<AppId, App> apps;
  std::map<AppId, size_t> tasks;
  static_cast<void>(tasks);
  for (const wire::ClusterRecord& decision : decisions_of(system)) {
    if (const auto* joined = std::get_if<wire::MemberJoined>(&decision)) {
      App& app = apps[joined->app];
      app.members.insert(joined->member);
      app.members_most = std::max(app.members_most, app.members.size());
    } else if (const auto* left = std::get_if<wire::MemberLeft>(&decision)) {
      App& app = apps[left->app];
      app.members.erase(left->member);
      std::erase_if(app.owners, [&](const auto& task) { return task.second == left->member; });
    } else if (const auto* proposed = std::get_if<wire::TaskProposed>(&decision)) {
      App& app = apps[proposed->app];
      auto owner = app.owners.find(proposed->partition);
      bool is_taken = owner != app.owners.end() && owner->second != proposed->owner;
      if (is_taken && app.tasks_of(owner->second) <= 1)
        return fmt::format("unaffected: member {} lives, has one task, and it is taken from it",
                           owner->second.value());
      if (proposed->owner == MemberId(0))
        app.owners.erase(proposed->partition);
      else
        app.owners[proposed->partition] = proposed->owner;
    }
  }
  return {};
}

}  // namespace usher::clusters

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/wire/protocol/cluster_record.h"

#include "tests/sim/cluster/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::clusters {
namespace {

struct Task {
  AppId app;
  PartitionId partition;
  Epoch epoch;
  friend auto operator<=>(const Task&, const Task&) = default;
};

std::string words(const Task& task) {
  return fmt::format("task {} of app {} under epoch {}", task.partition.value(), task.app.value(),
                     task.epoch.value());
}

}  // namespace

std::vector<wire::ClusterRecord> decisions_of(const sim::Log& system) {
  std::vector<wire::ClusterRecord> decisions;
  for (const wire::Batch& batch : system)
    for (const sim::ReadRecord& record : sim::records_of(batch)) {
      if (record.topic != controller::kClusterTopic) continue;
      auto decision = wire::decode_cluster_record(as_bytes(record.value));
      CHECK(decision.has_value(), "what brokers follow can be read");
      decisions.push_back(std::move(*decision));
    }
  return decisions;
}

std::string epochs_have_one_owner(const sim::Log& system, const Logs& logs) {
  std::map<Task, MemberId> owners;
  std::map<AppId, SpaceId> spaces;
  for (const wire::ClusterRecord& decision : decisions_of(system)) {
    if (const auto* app = std::get_if<wire::AppInfo>(&decision)) spaces[app->id] = app->space;
    const auto* proposed = std::get_if<wire::TaskProposed>(&decision);
    if (!proposed || proposed->owner == MemberId(0)) continue;
    Task task{proposed->app, proposed->partition, proposed->epoch};
    auto [owner, first] = owners.emplace(task, proposed->owner);
    if (!first && owner->second != proposed->owner)
      return fmt::format("two owners: {} is proposed to members {} and {}", words(task),
                         owner->second.value(), proposed->owner.value());
  }
  for (const auto& [key, log] : logs)
    for (const wire::Batch& batch : log) {
      const auto* claim = std::get_if<wire::ClaimGuard>(&batch.header().guard());
      if (!claim) continue;
      Task task{claim->app, key.partition, claim->epoch};
      auto owner = owners.find(task);
      if (owner == owners.end() || owner->second != claim->member ||
          spaces[claim->app] != key.space)
        return fmt::format("two owners: {} is claimed by member {}, to whom nobody gave it",
                           words(task), claim->member.value());
    }
  return {};
}

}  // namespace usher::clusters

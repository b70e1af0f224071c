#include "processors/daemon/task_health.h"

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::processors {
namespace {

// Empty: at work.
std::string trouble_of(const TaskStatus& status) {
  if (status.failure) return fmt::format("stopped: {}", status.failure->text());
  if (!status.phase) return "not begun";
  if (*status.phase == Phase::kRunning || *status.phase == Phase::kRecovering) return "";
  if (*status.phase == Phase::kRestoring)
    return fmt::format("restoring, {} records to go", status.restore_remaining);
  return std::string(name_of(*status.phase));
}

}  // namespace

service::Health health_of(const std::map<PartitionId, wire::TaskProposal>& wanted,
                          const std::map<PartitionId, TaskStatus>& statuses) {
  service::Health health;
  auto say = [&](PartitionId partition, const std::string& what) {
    health.detail +=
        fmt::format("{}task {} {}", health.detail.empty() ? "" : "; ", partition.value(), what);
  };
  size_t owned = 0;
  for (const auto& [partition, proposal] : wanted) {
    auto found = statuses.find(partition);
    TaskStatus status = found == statuses.end() ? TaskStatus{} : found->second;
    bool is_owner = proposal.role == wire::TaskRole::kOwner;
    owned += is_owner;
    std::string trouble = is_owner || status.failure ? trouble_of(status) : "";
    if (is_owner && trouble.empty() && status.epoch != proposal.epoch) trouble = "changing hands";
    if (!trouble.empty()) {
      health.ok = false;
      say(partition, trouble);
    } else if (is_owner && status.behind_for >= limits::kTaskSlow) {
      say(partition, fmt::format("is slow: {} records behind", status.lag_records));
    }
  }
  if (health.detail.empty())
    health.detail = fmt::format("{} tasks, {} standbys", owned, wanted.size() - owned);
  return health;
}

}  // namespace usher::processors

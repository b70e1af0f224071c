#include <algorithm>

#include <fmt/format.h>

#include "tests/sim/cluster/checks/checks.h"

namespace usher::clusters {

std::string only_deleted_is_gone(Offset start, const History& history,
                                 const std::map<SpaceId, controller::Space>& spaces) {
  for (const Acknowledged& told : history.acknowledged) {
    if (told.receipt.offset >= start) continue;
    auto space = spaces.find(told.space);
    if (space != spaces.end() && controller::topic_of(space->second, told.topic))
      return fmt::format("lost write: {} was acknowledged at offset {}, and the log begins at {}",
                         told.value, told.receipt.offset.value(), start.value());
  }
  return {};
}

std::vector<Deleted> deletions_of(const sim::Log& system) {
  std::vector<Deleted> deletions;
  for (const wire::ClusterRecord& decision : decisions_of(system)) {
    if (const auto* space = std::get_if<wire::SpaceDeleted>(&decision))
      deletions.push_back({space->space});
    if (const auto* topic = std::get_if<wire::TopicDeleted>(&decision))
      deletions.push_back({topic->space, topic->topic});
  }
  return deletions;
}

std::string deleted_refuses(const Deleted& deleted, const Result<net::Message>& appended) {
  bool is_refused = !appended && (appended.error().code == ErrorCode::STALE_METADATA ||
                                  appended.error().code == ErrorCode::NOT_LEADER);
  if (is_refused) return {};
  return fmt::format("deleted: topic {} of space {} is no more, and an append to it: {}",
                     deleted.topic.value_or(TopicId(0)).value(), deleted.space.value(),
                     appended ? "taken" : appended.error().text());
}

}  // namespace usher::clusters

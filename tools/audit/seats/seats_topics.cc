#include "tools/audit/seats/seats_topics.h"

namespace usher::audit {

std::optional<SeatsTopics> SeatsTopics::of(const Catalog& catalog, SpaceId space) {
  const wire::AppInfo* app = catalog.app(space, seats::kAppName);
  if (!app) return std::nullopt;
  SeatsTopics found;
  found.app = app->id;
  bool whole = true;
  auto find = [&](std::string_view name) {
    const wire::TopicInfo* info = catalog.topic(space, name);
    whole = whole && info;
    return info ? info->id : TopicId();
  };
  for (size_t i = 0; i < found.topics.size(); ++i) found.topics[i] = find(seats::kTopicNames[i]);
  for (size_t i = 0; i < found.changelogs.size(); ++i)
    found.changelogs[i] = find(seats::kChangelogNames[i]);
  found.timers = find(seats::kTimersTopic);
  found.dead_letters = find(seats::kDeadLettersTopic);
  if (!whole) return std::nullopt;
  return found;
}

}  // namespace usher::audit

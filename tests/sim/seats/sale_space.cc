#include "tests/sim/seats/sale_space.h"

#include "processors/apps/seats/app/app.h"
#include "proto/base/check.h"

namespace usher::sim {
namespace {

const processors::SpaceInfo& space() {
  static const processors::SpaceInfo kMade = [] {
    processors::SpaceInfo made{.name = std::string(seats::kSpace), .topics = {}};
    uint32_t next = 20;
    for (const seats::TopicToMake& topic : seats::topics_to_make())
      made.topics.push_back({.name = std::string(topic.name),
                             .id = TopicId(next++),
                             .written_by = topic.writer == seats::WrittenBy::kApp
                                               ? std::string(seats::kAppName)
                                               : ""});
    return made;
  }();
  return kMade;
}

TopicId find(std::string_view name) {
  const processors::TopicInfo* found = space().find(name);
  CHECK(found != nullptr);
  return found->id;
}

}  // namespace

TopicId topic_of(seats::Topic topic) { return find(name_of(topic)); }

TopicId topic_of(seats::Store store) { return find(seats::changelog_of(store)); }

std::shared_ptr<const processors::Topology> seats_topology() {
  auto made = seats::seats_app(space());
  CHECK(made.has_value());
  return *made;
}

audit::SeatsTopics seats_topics() {
  audit::SeatsTopics topics{.app = kSeatsApp,
                            .timers = find(seats::kTimersTopic),
                            .dead_letters = find(seats::kDeadLettersTopic)};
  for (size_t i = 0; i < topics.topics.size(); ++i)
    topics.topics[i] = topic_of(static_cast<seats::Topic>(i));
  for (size_t i = 0; i < topics.changelogs.size(); ++i)
    topics.changelogs[i] = topic_of(static_cast<seats::Store>(i));
  return topics;
}

}  // namespace usher::sim

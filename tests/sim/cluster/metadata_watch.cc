#include "tests/sim/cluster/metadata_watch.h"

#include <fmt/format.h>

namespace usher::clusters {
namespace {

constexpr Duration kCompareEvery = 20ms;

std::set<SpaceId> spaces_of(const wire::Metadata& metadata) {
  std::set<SpaceId> ids;
  for (const wire::SpaceInfo& space : metadata.spaces) ids.insert(space.id);
  return ids;
}

std::set<std::pair<SpaceId, TopicId>> topics_of(const wire::Metadata& metadata) {
  std::set<std::pair<SpaceId, TopicId>> ids;
  for (const wire::SpaceInfo& space : metadata.spaces)
    for (const wire::TopicInfo& topic : space.topics) ids.insert({space.id, topic.id});
  return ids;
}

}  // namespace

void MetadataWatch::start() {
  world_.scheduler().after(kCompareEvery, [this] {
    std::set<std::string> up;
    for (const auto& [name, metadata] : programs_.metadata()) {
      up.insert(name);
      if (metadata) look(name, metadata);
    }
    // A new life begins with whatever the first broker knows.
    std::erase_if(known_, [&](const auto& known) { return !up.contains(known.first); });
    start();
  });
}

void MetadataWatch::look(const std::string& name, const client::MetadataPtr& now) {
  Known& known = known_[name];
  if (known.last == now) return;
  if (known.last) compare(name, known, *now);
  known.last = now;
  for (const wire::SpaceInfo& space : now->spaces) {
    auto [named, first] = space_names_.emplace(space.id, space.name);
    if (!first && named->second != space.name)
      world_.witness().violate(fmt::format("metadata: space {} is {} and {}", space.id.value(),
                                           named->second, space.name));
    for (const wire::TopicInfo& topic : space.topics) {
      auto [of, is_new] = topic_names_.emplace(TopicAt{space.id, topic.id}, topic.name);
      if (!is_new && of->second != topic.name)
        world_.witness().violate(fmt::format("metadata: topic {} is {} and {}", topic.id.value(),
                                             of->second, topic.name));
    }
  }
}

void MetadataWatch::compare(const std::string& name, Known& known, const wire::Metadata& now) {
  if (now.version < known.last->version)
    world_.witness().violate(fmt::format("metadata: {} goes back from version {} to {}", name,
                                         known.last->version, now.version));
  std::set<SpaceId> spaces = spaces_of(now);
  std::set<TopicAt> topics = topics_of(now);
  for (SpaceId space : spaces_of(*known.last))
    if (!spaces.contains(space)) known.spaces_gone.insert(space);
  for (TopicAt topic : topics_of(*known.last))
    if (!topics.contains(topic)) known.topics_gone.insert(topic);
  for (SpaceId space : spaces)
    if (known.spaces_gone.contains(space))
      world_.witness().violate(
          fmt::format("metadata: {} sees space {} again", name, space.value()));
  for (TopicAt topic : topics)
    if (known.topics_gone.contains(topic))
      world_.witness().violate(
          fmt::format("metadata: {} sees topic {} again", name, topic.second.value()));
}

}  // namespace usher::clusters

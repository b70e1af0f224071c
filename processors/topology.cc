#include "processors/topology.h"

#include <algorithm>

#include "proto/wire/reserved_topics.h"

namespace usher::processors {

const StoreInfo* Topology::store(std::string_view name) const {
  for (const StoreInfo& store : stores_)
    if (store.name == name) return &store;
  return nullptr;
}

bool Topology::is_changelog(TopicId topic) const {
  return topic == timers_ ||
         std::ranges::find(stores_, topic, &StoreInfo::changelog_id) != stores_.end();
}

const Node* Topology::source_of(TopicId topic) const {
  if (std::ranges::find(inputs_, topic) == inputs_.end()) return nullptr;
  for (const Node& node : nodes_)
    if (node.kind == NodeKind::kSource && node.topic_id == topic) return &node;
  return nullptr;
}

TopologyBuilder::TopologyBuilder(std::string app, uint32_t version, SpaceInfo space)
    : space_(std::move(space)) {
  topology_.app_ = std::move(app);
  topology_.version_ = version;
  topology_.space_ = space_.name;
}

TopologyBuilder& TopologyBuilder::source(std::string name, std::string topic) {
  Node node{.kind = NodeKind::kSource, .name = std::move(name), .topic = std::move(topic)};
  topology_.nodes_.push_back(std::move(node));
  return *this;
}

TopologyBuilder& TopologyBuilder::processor(std::string name, MakeProcessor make, Wiring wiring) {
  Node node{.kind = NodeKind::kProcessor, .name = std::move(name)};
  node.make = std::move(make);
  node.after = std::move(wiring.after);
  node.stores = std::move(wiring.stores);
  node.changes_key = wiring.changes_key;
  topology_.nodes_.push_back(std::move(node));
  return *this;
}

TopologyBuilder& TopologyBuilder::sink(std::string name, std::string topic,
                                       std::vector<std::string> after) {
  Node node{.kind = NodeKind::kSink, .name = std::move(name), .topic = std::move(topic)};
  node.after = std::move(after);
  topology_.nodes_.push_back(std::move(node));
  return *this;
}

TopologyBuilder& TopologyBuilder::link(std::string name, std::string topic, LinkTarget to,
                                       std::vector<std::string> after) {
  sink(std::move(name), std::move(topic), std::move(after));
  topology_.nodes_.back().kind = NodeKind::kLink;
  topology_.nodes_.back().to = std::move(to);
  return *this;
}

TopologyBuilder& TopologyBuilder::store(std::string name, std::string changelog_topic) {
  topology_.stores_.push_back({std::move(name), std::move(changelog_topic), {}});
  return *this;
}

TopologyBuilder& TopologyBuilder::timers(std::string changelog_topic) {
  timers_topic_ = std::move(changelog_topic);
  return *this;
}

TopologyBuilder& TopologyBuilder::dead_letters(std::string topic) {
  dead_letters_topic_ = std::move(topic);
  return *this;
}

Result<std::shared_ptr<const Topology>> TopologyBuilder::build() {
  TRY(check_names());
  TRY(resolve());
  TRY(check_stores());
  TRY(connect());
  TRY(check_cycles());
  TRY(check_keys());
  return std::make_shared<const Topology>(std::move(topology_));
}

}  // namespace usher::processors

// What build() refuses, by name, and how nodes are joined.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "processors/topology.h"
#include "proto/base/limits.h"
#include "proto/wire/reserved_topics.h"

namespace usher::processors {
namespace {

template <class... Args>
std::unexpected<Error> refuse(fmt::format_string<Args...> text, Args&&... args) {
  return fail(ErrorCode::TOPOLOGY_INVALID, fmt::format(text, std::forward<Args>(args)...));
}

bool is_written(NodeKind kind) { return kind == NodeKind::kSink || kind == NodeKind::kLink; }

// Depth first; `path` holds the nodes from the first to the present one.
bool find_cycle(const std::vector<Node>& nodes, size_t at, std::vector<size_t>& path,
                std::set<size_t>& done) {
  if (done.contains(at)) return false;
  if (auto seen = std::ranges::find(path, at); seen != path.end()) {
    path.erase(path.begin(), seen);
    return true;
  }
  path.push_back(at);
  for (size_t child : nodes[at].children)
    if (find_cycle(nodes, child, path, done)) return true;
  path.pop_back();
  done.insert(at);
  return false;
}

// The first sink that a record with another key reaches; a link ends the way.
const Node* find_sink(const std::vector<Node>& nodes, const Node& from) {
  for (size_t child : from.children) {
    const Node& node = nodes[child];
    if (node.kind == NodeKind::kSink) return &node;
    if (node.kind == NodeKind::kLink) continue;
    if (const Node* sink = find_sink(nodes, node)) return sink;
  }
  return nullptr;
}

}  // namespace

Result<void> TopologyBuilder::check_names() const {
  std::set<std::string> names;
  for (const Node& node : topology_.nodes_) {
    if (node.name.empty()) return refuse("a node has no name");
    if (!names.insert(node.name).second) return refuse("two nodes are called '{}'", node.name);
    if (node.kind == NodeKind::kProcessor && !node.make)
      return refuse("processor '{}' has nothing that makes it", node.name);
    if (node.kind != NodeKind::kSource && node.after.empty())
      return refuse("'{}' stands behind nothing", node.name);
  }
  names.clear();
  for (const StoreInfo& store : topology_.stores_)
    if (!names.insert(store.name).second) return refuse("two stores are called '{}'", store.name);
  return {};
}

// A topic that the steps of this app, and nothing else, write.
Result<TopicId> TopologyBuilder::own_topic(std::string_view what, std::string_view name,
                                           const std::string& topic) const {
  const TopicInfo* info = space_.find(topic);
  if (!info) return refuse("{} '{}': space '{}' has no topic '{}'", what, name, space_.name, topic);
  if (wire::is_reserved(info->id))
    return refuse("{} '{}': topic '{}' belongs to the log", what, name, topic);
  if (info->written_by.empty())
    return refuse("{} '{}': topic '{}' is not one that steps write", what, name, topic);
  if (info->written_by != topology_.app_)
    return refuse("{} '{}': topic '{}' is written by app '{}'; two tasks cannot share it", what,
                  name, topic, info->written_by);
  return info->id;
}

Result<void> TopologyBuilder::resolve() {
  for (Node& node : topology_.nodes_) {
    if (node.kind == NodeKind::kSource) {
      const TopicInfo* info = space_.find(node.topic);
      if (!info)
        return refuse("source '{}': space '{}' has no topic '{}'", node.name, space_.name,
                      node.topic);
      node.topic_id = info->id;
    } else if (is_written(node.kind)) {
      TRY_ASSIGN(node.topic_id, own_topic("sink", node.name, node.topic));
    }
  }
  for (StoreInfo& store : topology_.stores_) {
    TRY_ASSIGN(store.changelog_id, own_topic("store", store.name, store.changelog));
  }
  if (!timers_topic_.empty()) {
    TRY_ASSIGN(topology_.timers_, own_topic("timers", timers_topic_, timers_topic_));
  }
  if (dead_letters_topic_.empty())
    return refuse("app '{}' has no topic for dead letters", topology_.app_);
  TRY_ASSIGN(topology_.dead_letters_,
             own_topic("dead letters", dead_letters_topic_, dead_letters_topic_));
  return {};
}

// One topic, one purpose: a changelog that something else writes to is no changelog.
Result<void> TopologyBuilder::check_stores() const {
  std::map<TopicId, std::string> changelogs;
  if (topology_.timers_) changelogs.emplace(*topology_.timers_, "the timers");
  for (const StoreInfo& store : topology_.stores_) {
    auto [other, fresh] =
        changelogs.emplace(store.changelog_id, fmt::format("store '{}'", store.name));
    if (!fresh)
      return refuse("store '{}' has the changelog of {}, '{}'", store.name, other->second,
                    store.changelog);
  }
  std::set<TopicId> written = {wire::kStepsTopic, *topology_.dead_letters_};
  for (const auto& [topic, what] : changelogs) written.insert(topic);
  for (const Node& node : topology_.nodes_)
    if (is_written(node.kind)) written.insert(node.topic_id);
  if (written.size() > limits::kBatchTopics)
    return refuse("app '{}' writes {} topics, a step holds {}", topology_.app_, written.size(),
                  limits::kBatchTopics);
  for (const Node& node : topology_.nodes_) {
    auto changelog = changelogs.find(node.topic_id);
    if (node.kind != NodeKind::kProcessor && changelog != changelogs.end())
      return refuse("'{}' uses topic '{}', the changelog of {}", node.name, node.topic,
                    changelog->second);
    for (const std::string& name : node.stores)
      if (!topology_.store(name))
        return refuse("processor '{}' wants store '{}', which is not there", node.name, name);
  }
  return {};
}

Result<void> TopologyBuilder::connect() {
  std::vector<Node>& nodes = topology_.nodes_;
  auto index_of = [&](const std::string& name) {
    return static_cast<size_t>(std::ranges::find(nodes, name, &Node::name) - nodes.begin());
  };
  for (size_t i = 0; i < nodes.size(); ++i)
    for (const std::string& name : nodes[i].after) {
      size_t parent = index_of(name);
      if (parent == nodes.size())
        return refuse("'{}' stands behind '{}', which is not there", nodes[i].name, name);
      if (is_written(nodes[parent].kind))
        return refuse("'{}' stands behind '{}', where records end", nodes[i].name, name);
      nodes[parent].children.push_back(i);
    }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].kind != NodeKind::kSource) continue;
    bool joined = false;
    for (Node& sink : nodes)
      if (is_written(sink.kind) && sink.topic_id == nodes[i].topic_id) {
        sink.children.push_back(i);
        joined = true;
      }
    if (joined) continue;
    const TopicInfo* info = space_.find(nodes[i].topic);
    if (info->written_by == topology_.app_)
      return refuse("source '{}': nothing in app '{}' writes topic '{}'", nodes[i].name,
                    topology_.app_, nodes[i].topic);
    if (std::ranges::find(topology_.inputs_, nodes[i].topic_id) != topology_.inputs_.end())
      return refuse("two sources read topic '{}'; let both stand behind one", nodes[i].topic);
    topology_.inputs_.push_back(nodes[i].topic_id);
  }
  if (topology_.inputs_.empty()) return refuse("app '{}' has no source", topology_.app_);
  topology_.inputs_.push_back(wire::kClockTopic);
  return {};
}

Result<void> TopologyBuilder::check_cycles() const {
  std::set<size_t> done;
  for (size_t i = 0; i < topology_.nodes_.size(); ++i) {
    std::vector<size_t> path;
    if (!find_cycle(topology_.nodes_, i, path, done)) continue;
    std::string names;
    for (size_t node : path) names += fmt::format("'{}' → ", topology_.nodes_[node].name);
    return refuse("a cycle: {}'{}'", names, topology_.nodes_[path.front()].name);
  }
  return {};
}

Result<void> TopologyBuilder::check_keys() const {
  for (const Node& node : topology_.nodes_) {
    if (!node.changes_key) continue;
    if (const Node* sink = find_sink(topology_.nodes_, node))
      return refuse("processor '{}' changes the key, and '{}' writes it to this space; use a link",
                    node.name, sink->name);
  }
  return {};
}

}  // namespace usher::processors

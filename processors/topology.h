// The shape of an app: where records come from, through which processors they go with which stores,
// where they are written. Built in a few lines, checked when it is built; afterwards it never
// changes and every task of the app shares it.
//
//     auto topology = TopologyBuilder("word-count", 1, space)
//                         .source("lines", "text")
//                         .processor("split", make<Split>(), {.after = {"lines"}})
//                         .processor("count", make<Count>(),
//                                    {.after = {"split"}, .stores = {"counts"}})
//                         .store("counts", "counts-changelog")
//                         .sink("totals", "word-totals", {"count"})
//                         .dead_letters("word-count-dead")
//                         .build();
//
// A source on a topic that a sink of the same app writes joins the two inside a step: the record is
// written for the audit, and handed on at once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processors/processor.h"
#include "processors/space.h"

namespace usher::processors {

enum class NodeKind : uint8_t { kSource, kProcessor, kSink, kLink };

struct LinkTarget {
  std::string space;
  std::string topic;
};

struct Node {
  NodeKind kind = NodeKind::kProcessor;
  std::string name;
  std::string topic = {};  // of a source, sink or link
  TopicId topic_id = {};
  MakeProcessor make = {};
  std::vector<std::string> after = {};
  std::vector<std::string> stores = {};
  bool changes_key = false;
  LinkTarget to = {};                 // of a link
  std::vector<size_t> children = {};  // filled in by build()
};

struct StoreInfo {
  std::string name;
  std::string changelog;
  TopicId changelog_id;
};

// What build() has checked.
class Topology {
 public:
  const std::string& app() const { return app_; }
  uint32_t version() const { return version_; }
  const std::string& space() const { return space_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<StoreInfo>& stores() const { return stores_; }
  const StoreInfo* store(std::string_view name) const;
  bool is_changelog(TopicId topic) const;
  // Where a record of the topic enters; nothing for topics that are not input.
  const Node* source_of(TopicId topic) const;
  // What a task has to read: the sources' topics and the clock.
  const std::vector<TopicId>& inputs() const { return inputs_; }
  std::optional<TopicId> timers() const { return timers_; }
  std::optional<TopicId> dead_letters() const { return dead_letters_; }

  // One line a node, in the order in which they were added.
  std::string describe() const;
  std::string graphviz() const;
  // Of describe(): what a claim names as the app's settings.
  Sha256 settings() const;

 private:
  friend class TopologyBuilder;
  std::string app_;
  uint32_t version_ = 0;
  std::string space_;
  std::vector<Node> nodes_;
  std::vector<StoreInfo> stores_;
  std::optional<TopicId> timers_;
  std::optional<TopicId> dead_letters_;
  std::vector<TopicId> inputs_;
};

struct Wiring {
  std::vector<std::string> after = {};
  std::vector<std::string> stores = {};
  // What it forwards has another key: it may only leave through a link.
  bool changes_key = false;
};

class TopologyBuilder {
 public:
  TopologyBuilder(std::string app, uint32_t version, SpaceInfo space);

  TopologyBuilder& source(std::string name, std::string topic);
  TopologyBuilder& processor(std::string name, MakeProcessor make, Wiring wiring);
  TopologyBuilder& sink(std::string name, std::string topic, std::vector<std::string> after);
  // Written to `topic` of this space; the link carries it to the other space under its own key.
  TopologyBuilder& link(std::string name, std::string topic, LinkTarget to,
                        std::vector<std::string> after);
  TopologyBuilder& store(std::string name, std::string changelog_topic);
  // Where timers are kept; needed by an app that sets any.
  TopologyBuilder& timers(std::string changelog_topic);
  // Where records go that cannot be processed. Every app has it.
  TopologyBuilder& dead_letters(std::string topic);

  // TOPOLOGY_INVALID names what is wrong.
  Result<std::shared_ptr<const Topology>> build();

 private:
  struct Problem;
  Result<void> resolve();
  Result<void> check_names() const;
  Result<void> check_stores() const;
  Result<void> connect();
  Result<void> check_cycles() const;
  Result<void> check_keys() const;
  Result<TopicId> own_topic(std::string_view what, std::string_view name,
                            const std::string& topic) const;

  SpaceInfo space_;
  Topology topology_;
  std::string timers_topic_;
  std::string dead_letters_topic_;
};

// A MakeProcessor of a type, with what its constructor takes.
template <class T, class... Args>
MakeProcessor make(Args... args) {
  return [args...] { return std::make_unique<T>(args...); };
}

}  // namespace usher::processors

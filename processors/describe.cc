// A topology for people: as text, and as a picture for Graphviz.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "processors/topology.h"
#include "proto/base/quote.h"

namespace usher::processors {
namespace {

std::string_view name_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::kSource:
      return "source";
    case NodeKind::kProcessor:
      return "processor";
    case NodeKind::kSink:
      return "sink";
    case NodeKind::kLink:
      return "link";
  }
  return "?";
}

std::string_view shape_of(NodeKind kind) {
  return kind == NodeKind::kProcessor ? "box" : "ellipse";
}

std::string what_of(const Node& node) {
  std::string what;
  if (!node.topic.empty()) what += fmt::format(" topic {}", node.topic);
  if (node.kind == NodeKind::kLink) what += fmt::format(" to {}/{}", node.to.space, node.to.topic);
  if (!node.stores.empty()) what += fmt::format(" stores {}", fmt::join(node.stores, ", "));
  if (node.changes_key) what += " changes the key";
  return what;
}

}  // namespace

std::string Topology::describe() const {
  std::string text = fmt::format("app {} version {} over {}\n", app_, version_, space_);
  for (const Node& node : nodes_) {
    text += fmt::format("  {} {}{}", name_of(node.kind), node.name, what_of(node));
    const char* arrow = " → ";
    for (size_t child : node.children) {
      text += arrow + nodes_[child].name;
      arrow = ", ";
    }
    text += '\n';
  }
  for (const StoreInfo& store : stores_)
    text += fmt::format("  store {} changelog {}\n", store.name, store.changelog);
  return text;
}

std::string Topology::graphviz() const {
  std::string text = fmt::format("digraph {} {{\n  rankdir=LR;\n", quote(app_));
  for (const Node& node : nodes_) {
    text += fmt::format("  {} [shape={}, label={}];\n", quote(node.name), shape_of(node.kind),
                        quote(node.topic.empty() ? node.name : node.name + "\n" + node.topic));
    for (size_t child : node.children)
      text += fmt::format("  {} -> {};\n", quote(node.name), quote(nodes_[child].name));
    for (const std::string& store : node.stores)
      text += fmt::format("  {} -> {} [dir=both, style=dashed];\n", quote(node.name),
                          quote("store " + store));
  }
  for (const StoreInfo& store : stores_)
    text += fmt::format("  {} [shape=cylinder];\n", quote("store " + store.name));
  return text + "}\n";
}

Sha256 Topology::settings() const { return sha256(as_bytes(describe())); }

}  // namespace usher::processors

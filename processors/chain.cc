#include "processors/chain.h"

#include <algorithm>

#include <fmt/format.h>

#include "processors/guarded_call.h"
#include "proto/base/check.h"

namespace usher::processors {
namespace {

wire::Record record_of(const Message& message) {
  wire::Record record{.key = {}, .value = {}, .headers = message.headers};
  if (message.key) record.key = as_bytes(*message.key);
  if (message.value) record.value = as_bytes(*message.value);
  return record;
}

}  // namespace

Chain::Chain(std::shared_ptr<const Topology> topology, state::TaskState& state, Timers& timers)
    : topology_(std::move(topology)), state_(state), timers_(timers) {
  for (size_t i = 0; i < topology_->nodes().size(); ++i) {
    const Node& node = topology_->nodes()[i];
    nodes_.push_back({node.make ? node.make() : nullptr, std::make_unique<Context>(*this, i)});
  }
  for (At& at : nodes_)
    if (at.processor) at.processor->init(*at.context);
}

Result<void> Chain::run(const Origin& origin, const Message& message, WallTime time,
                        StepDraft& draft) {
  const Node* source = topology_->source_of(origin.topic);
  if (!source) return {};  // the clock: only its time counts
  return work(origin, time, draft, [&] {
    deliver_behind(static_cast<size_t>(source - topology_->nodes().data()), message);
  });
}

Result<void> Chain::fire(const Timers::Due& due, const Origin& origin, StepDraft& draft) {
  const auto& nodes = topology_->nodes();
  auto node = std::ranges::find(nodes, due.processor, &Node::name);
  if (node == nodes.end() || !node->make)
    return fail(ErrorCode::PROCESSOR_FAILED,
                fmt::format("a timer of processor '{}', which is not there", due.processor));
  At& at = nodes_[static_cast<size_t>(node - nodes.begin())];
  return work(origin, due.timer.name.deadline, draft, [&] {
    auto fired = guarded_call([&] { return at.processor->on_timer(due.timer, *at.context); });
    if (!fired) fail_with(fired.error());
  });
}

Result<void> Chain::work(const Origin& origin, WallTime time, StepDraft& draft,
                         const std::function<void()>& act) {
  origin_ = origin;
  time_ = time;
  draft_ = &draft;
  failure_.reset();
  act();
  draft_ = nullptr;
  if (failure_) return fail(std::move(*failure_));
  return {};
}

void Chain::close() {
  for (At& at : nodes_)
    if (at.processor) at.processor->close();
}

void Chain::deliver_behind(size_t node, const Message& message) {
  for (size_t child : topology_->nodes()[node].children) deliver(child, message);
}

// Nothing more runs once something has failed.
void Chain::deliver(size_t node, const Message& message) {
  if (failure_) return;
  const Node& info = topology_->nodes()[node];
  if (At& at = nodes_[node]; at.processor) {
    auto processed = guarded_call([&] { return at.processor->process(message, *at.context); });
    if (!processed) fail_with(processed.error());
    return;
  }
  if (info.kind != NodeKind::kSource) write(info, message);
  if (!failure_) deliver_behind(node, message);
}

void Chain::write(const Node& node, const Message& message) {
  if (auto added = draft_->add(node.topic_id, record_of(message)); !added)
    fail_with({added.error().code, fmt::format("to '{}': {}", node.name, added.error().detail)});
}

void Chain::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
}

WallTime Context::time() const { return chain_.time_; }
const Origin& Context::origin() const { return chain_.origin_; }

void Context::forward(const Message& message) {
  CHECK(chain_.draft_, "forward is for process() and on_timer()");
  chain_.deliver_behind(node_, message);
}

void Context::forward_to(std::string_view name, const Message& message) {
  CHECK(chain_.draft_, "forward is for process() and on_timer()");
  for (size_t child : chain_.topology_->nodes()[node_].children)
    if (chain_.topology_->nodes()[child].name == name) return chain_.deliver(child, message);
  chain_.fail_with(
      {ErrorCode::PROCESSOR_FAILED, fmt::format("'{}' does not stand behind '{}'", name,
                                                chain_.topology_->nodes()[node_].name)});
}

state::Store Context::store(std::string_view name) const {
  const Node& node = chain_.topology_->nodes()[node_];
  CHECK(std::ranges::find(node.stores, name) != node.stores.end(),
        "the topology gives this store to this processor");
  return {chain_.state_, chain_.topology_->store(name)->changelog_id};
}

void Context::schedule(TimerName name, std::string_view value) {
  if (!chain_.timers_.exist())
    return chain_.fail_with({ErrorCode::PROCESSOR_FAILED, "the topology has no timers"});
  name.deadline = std::max(name.deadline, time());
  chain_.timers_.set(name, chain_.topology_->nodes()[node_].name, value);
}

void Context::cancel(TimerName name) {
  if (!chain_.timers_.exist()) return;
  chain_.timers_.cancel(name, chain_.topology_->nodes()[node_].name);
}

void Context::on_commit(Callback effect) {
  CHECK(chain_.draft_, "effects are for process() and on_timer()");
  chain_.draft_->on_commit(std::move(effect));
}

}  // namespace usher::processors

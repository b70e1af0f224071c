#include <algorithm>

#include <fmt/format.h>

#include "processors/executor.h"
#include "proto/base/check.h"

#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {
namespace {

using processors::Executor;
using processors::InputQueue;
using processors::StepLimits;
using TopologyPtr = std::shared_ptr<const processors::Topology>;

void fill(InputQueue& queue, const CommittedLog& log) {
  queue.restart(Offset(0));
  const wire::BatchHeader& last = log.back().header();
  auto pushed = queue.push({.batches = log,
                            .scanned = last.end_offset(),
                            .scanned_term = last.place().term,
                            .commit = last.end_offset()});
  CHECK(pushed.has_value());
}

bool is_same(const wire::Batch& made, const wire::Batch& found) {
  const auto& a = made.header().topics();
  const auto& b = found.header().topics();
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].topic != b[i].topic || a[i].sha256 != b[i].sha256) return false;
  return equal(made.body(), found.body());
}

// What was decided: everything but how it was grouped.
void add_decisions(std::vector<std::string>& decisions, const wire::Batch& batch,
                   const std::set<TopicId>& topics) {
  std::vector<wire::Section> sections;
  for (size_t i = 0; i < batch.header().topics().size(); ++i) {
    const wire::TopicEntry& entry = batch.header().topics()[i];
    TopicId topic = entry.topic;
    if (!topics.contains(topic)) continue;
    auto section = wire::Section::open(entry, batch.stored_section(i), batch.header().records());
    CHECK(section.has_value());
    for (wire::SectionReader reader = section->read(); !reader.done();) {
      wire::RecordView record = reader.next();
      decisions.push_back(fmt::format("{} {} {}", topic.value(),
                                      record.key ? as_text(*record.key) : "-",
                                      record.value ? as_text(*record.value) : "-"));
    }
  }
}

std::string at_the_same_boundaries(const CommittedLog& log, const TopologyPtr& topology) {
  state::MemoryStore store;
  Executor executor(topology, store);
  InputQueue queue(executor.topology().inputs());
  fill(queue, log);
  for (const wire::Batch& batch : log) {
    const wire::StepGuard* step = step_of(batch);
    if (!step) continue;
    auto taken = executor.take_again(queue, *step);
    if (!taken)
      return fmt::format("re-execution: step {}: {}", step->number.value(), taken.error().text());
    if (taken->timers_fired != step->timers_fired)
      return fmt::format("re-execution: step {} fires {} timers, it said {}", step->number.value(),
                         taken->timers_fired, step->timers_fired);
    if (!is_same(executor.finish(*step).batch, batch))
      return fmt::format("re-execution: step {} makes other records", step->number.value());
    CHECK(executor.state().commit(1, {}).has_value());
  }
  return "";
}

// By topic: how the topics of one record stand to those of the next depends on the grouping.
std::vector<std::string> sorted_by_topic(std::vector<std::string> decisions) {
  std::ranges::stable_sort(decisions, {}, [](const std::string& one) { return one.substr(0, 2); });
  return decisions;
}

std::string at_other_boundaries(const CommittedLog& log, const TopologyPtr& topology,
                                const std::set<TopicId>& topics, size_t inputs) {
  std::vector<std::string> expected;
  Offset position;
  for (const wire::Batch& batch : log)
    if (const wire::StepGuard* step = step_of(batch)) {
      add_decisions(expected, batch, topics);
      position = step->to;
    }
  state::MemoryStore store;
  Executor executor(topology, store);
  InputQueue queue(executor.topology().inputs());
  fill(queue, log);
  std::vector<std::string> decisions;
  StepLimits limits{.inputs = inputs, .end = position};
  for (;;) {
    auto taken = executor.take(queue, Offset(0), limits);
    CHECK(taken.has_value());
    if (taken->nothing()) break;
    add_decisions(decisions, executor.finish({}).batch, topics);
    CHECK(executor.state().commit(1, {}).has_value());
  }
  if (sorted_by_topic(decisions) != sorted_by_topic(expected))
    return fmt::format("re-execution: with {} inputs a step the decisions are others", inputs);
  return "";
}

}  // namespace

std::string check_re_execution(const CommittedLog& log, const TopologyPtr& topology,
                               const std::set<TopicId>& decisions) {
  if (auto found = at_the_same_boundaries(log, topology); !found.empty()) return found;
  for (size_t inputs : {1, 7})
    if (auto found = at_other_boundaries(log, topology, decisions, inputs); !found.empty())
      return found;
  return "";
}

}  // namespace usher::sim

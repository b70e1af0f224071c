#include <fmt/format.h>

#include "processors/state/digest.h"
#include "proto/wire/step_record.h"

#include "tests/sim/app/checks/committed_log.h"
#include "tests/sim/app/counting_app.h"

namespace usher::sim {
namespace {

using Entries = std::map<std::string, std::string>;

constexpr TopicId kCounts{23};
constexpr TopicId kTimers{25};

bool is_changelog(TopicId topic) { return topic >= kCounts && topic <= kTimers; }

Digest digest_of(const Entries& entries) {
  Digest sum;
  std::string scratch;
  for (const auto& [key, value] : entries)
    sum = state::plus(sum, state::entry_digest(key, value, scratch));
  return sum;
}

// What anyone would make of the inputs, without Usher.
std::map<std::string, uint64_t> count(const CommittedLog& log) {
  std::map<std::string, uint64_t> counts;
  for (const wire::Batch& batch : log)
    for (const ReadRecord& record : records_of(batch))
      if (record.topic == kCountingInputs && !record.value.ends_with("13"))
        ++counts[record.value.substr(0, record.value.find('-'))];
  return counts;
}

}  // namespace

std::string check_state_is_fold(const CommittedLog& log, const state::MemoryStore& store) {
  Entries fold;
  Digest said;
  for (const wire::Batch& batch : log) {
    const wire::StepGuard* step = step_of(batch);
    if (!step) continue;
    for (const ReadRecord& record : records_of(batch)) {
      std::string key = state::entry_key(record.topic, record.key);
      if (is_changelog(record.topic) && !record.erases) fold[key] = record.value;
      if (is_changelog(record.topic) && record.erases) fold.erase(key);
    }
    auto first = wire::Section::open(batch.header().topics()[0], batch.stored_section(0),
                                     batch.header().records());
    auto digest = wire::decode_step_record(first->read().next(), *step);
    if (!digest) return "state = fold: " + digest.error().text();
    said = *digest;
    if (said != digest_of(fold))
      return fmt::format("digests: step {} says another digest than the fold has",
                         step->number.value());
  }
  Entries kept;
  static_cast<void>(store.scan(state::entry_key(TopicId(1), ""), "\xff", [&](auto key, auto value) {
    kept.emplace(key, value);
    return true;
  }));
  if (kept != fold)
    return fmt::format("state = fold: {} entries kept, {} in the changelog", kept.size(),
                       fold.size());
  for (const auto& [producer, number] : count(log))
    if (fold[state::entry_key(kCounts, producer)] != std::to_string(number))
      return fmt::format("state = fold: {} counted {}, the log holds {}", producer,
                         fold[state::entry_key(kCounts, producer)], number);
  return "";
}

}  // namespace usher::sim

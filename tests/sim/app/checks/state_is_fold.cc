#include <fmt/format.h>

#include "processors/state/digest.h"
#include "proto/wire/step_record.h"

#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {
namespace {

using Entries = std::map<std::string, std::string>;

Digest digest_of(const std::string& key, const std::string& value) {
  std::string scratch;
  return state::entry_digest(key, value, scratch);
}

// Takes the record into the fold, and gives the fold's digest.
Digest put(Entries& fold, Digest sum, const ReadRecord& record) {
  std::string key = state::entry_key(record.topic, record.key);
  if (auto old = fold.find(key); old != fold.end()) {
    sum = state::minus(sum, digest_of(key, old->second));
    fold.erase(old);
  }
  if (record.erases) return sum;
  sum = state::plus(sum, digest_of(key, record.value));
  fold.emplace(std::move(key), record.value);
  return sum;
}

}  // namespace

std::string check_state_is_fold(const CommittedLog& log, const processors::Topology& topology,
                                const state::MemoryStore& store) {
  Entries fold;
  Digest sum;
  for (const wire::Batch& batch : log) {
    const wire::StepGuard* step = step_of(batch);
    if (!step) continue;
    for (const ReadRecord& record : records_of(batch))
      if (topology.is_changelog(record.topic)) sum = put(fold, sum, record);
    auto first = wire::Section::open(batch.header().topics()[0], batch.stored_section(0),
                                     batch.header().records());
    auto digest = wire::decode_step_record(first->read().next(), *step);
    if (!digest) return "state = fold: " + digest.error().text();
    if (*digest != sum)
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
  return "";
}

}  // namespace usher::sim

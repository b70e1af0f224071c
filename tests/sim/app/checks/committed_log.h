// The committed log of one partition, laid out for the checks: each a file, each a sentence of
// checks.md, each with the first violation in words, or nothing.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "processors/state/memory_store.h"
#include "processors/topology.h"
#include "proto/wire/batch.h"

#include "tests/sim/log/client.h"

namespace usher::sim {

using CommittedLog = std::vector<wire::Batch>;

// As one app sees it: without the steps of others.
CommittedLog log_of(AppId app, const CommittedLog& log);
// The guard, where the batch is a step.
const wire::StepGuard* step_of(const wire::Batch& batch);

// An app that answers each input at once: in `outputs`, with the input's value as the key, or with
// the value among the dead letters.
struct Answers {
  std::set<TopicId> inputs;
  TopicId outputs;
  TopicId dead_letters;
};
// Each input is consumed by exactly one step; none is left over; each has one answer.
std::string check_exactly_once(const CommittedLog& log, const Answers& answers);
// The stores, as the owner has them, are the fold of the changelogs; each step says the digest of
// it.
std::string check_state_is_fold(const CommittedLog& log, const processors::Topology& topology,
                                const state::MemoryStore& store);
// The counting app's counts are what a naive reader makes of the inputs.
std::string check_counts(const CommittedLog& log, const state::MemoryStore& store);
// The log run through the task's code again, at the boundaries that its steps name, gives the same
// bytes; at other boundaries, the same decisions: what stands in those topics.
std::string check_re_execution(const CommittedLog& log,
                               const std::shared_ptr<const processors::Topology>& topology,
                               const std::set<TopicId>& decisions);

// An owner's answer: what his store says of a key, after everything that stands below.
struct Told {
  TopicId store;
  std::string key;
  std::string of;  // the key, in words
  Offset holds_for;
  std::string value;
};
// What a client was told is what the log gives, at the place that he was told.
std::string told_is_true(const CommittedLog& log, const std::vector<Told>& all);

}  // namespace usher::sim

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

// The guard, where the batch is a step of the app.
const wire::StepGuard* step_of(const wire::Batch& batch);

// Each input is consumed by exactly one step; none is left over; each has one output. Of the
// counting app.
std::string check_exactly_once(const CommittedLog& log);
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

}  // namespace usher::sim

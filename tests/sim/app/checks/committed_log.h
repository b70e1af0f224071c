// The committed log of one partition, laid out for the checks: each a file, each a sentence of
// checks.md, each with the first violation in words, or nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "processors/state/memory_store.h"
#include "proto/wire/batch.h"

#include "tests/sim/log/client.h"

namespace usher::sim {

using CommittedLog = std::vector<wire::Batch>;

// The guard, where the batch is a step of the app.
const wire::StepGuard* step_of(const wire::Batch& batch);

// Each input is consumed by exactly one step; none is left over; each has one output.
std::string check_exactly_once(const CommittedLog& log);
// The stores, as the owner has them, are the fold of the changelog, and what a naive reader makes
// of the inputs; the last step says their digest.
std::string check_state_is_fold(const CommittedLog& log, const state::MemoryStore& store);
// The log run through the task's code again, at the boundaries that its steps name, gives the same
// bytes; at other boundaries, the same decisions.
std::string check_re_execution(const CommittedLog& log);

}  // namespace usher::sim

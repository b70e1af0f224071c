// Does the partition take this batch? Pure: the guard against the state at the end of the log. The
// refusals are those of docs/architecture.md; each tells its sender something else to do.
#pragma once

#include <functional>
#include <variant>

#include "broker/partition/derived_state.h"
#include "proto/base/result.h"

namespace usher::partition {

struct Accepted {};

// It is in the log already: the answer is the first one's receipt, once that is committed.
struct Repeated {
  Receipt first;
};

using Verdict = std::variant<Accepted, Repeated, Error>;

// The term in which the log holds an offset; nothing where it does not.
using TermAt = std::function<std::optional<Term>(Offset)>;

// `time`: what the batch would be stamped with.
Verdict judge(const DerivedState& at_end, const wire::BatchHeader& batch, const TermAt& term_at,
              WallTime time);

}  // namespace usher::partition

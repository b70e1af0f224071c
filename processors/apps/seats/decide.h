// All the rules of the seats, as one pure function: from the state, an input and the log's time to
// what changes and what is sent on. The processors carry bytes to and from it, the audit calls it
// over a map of its own; the same state and input give the same bytes for ever. docs/seats.md says
// the rules in words.
//
//     decide ─┬ event_commands.h ─┬ events.h    create, add a section, alter
//             │                   └ blocking.h
//             ├ reserving.h ─┬ refusals.h       what the request, the window and the limit forbid
//             │              ├ repeats.h        keys, and requests without one
//             │              └ allocation.h
//             ├ settling.h                      pay, cancel, expire
//             └ leaving.h                       what is finished leaves the store
#pragma once

#include <cstdint>
#include <string_view>

#include "processors/apps/seats/decision.h"
#include "processors/apps/seats/state.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"

namespace usher::seats {

// Named by claims; raised with every change that decides anything differently.
constexpr uint32_t kDecisionVersion = 1;

// A record of one of the two command topics. `key` is the event's id.
struct Input {
  Topic topic;
  Offset offset;
  WallTime time;
  std::string_view key;
  std::string_view value;
};

// Before an input of time T every timer with deadline ≤ T has fired. An error is the input's: it
// could not be read, or holds what is no id; nothing changes, and it belongs to the dead letters.
Result<Decision> decide(const State& state, const Input& input);
// A timer that was set and not cancelled, at its deadline. It is gone once it fired.
Result<Decision> decide(const State& state, const TimerName& fired);

}  // namespace usher::seats

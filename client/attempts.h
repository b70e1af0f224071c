// What to do when something asked of a broker failed: again, where, when, until when; and what may
// be said to the user in the end. Pure: no timer, no network.
//
//     failure ── kNever ─────────────→ give up
//             ── kSafe ──────────────→ again ─┐
//             ── kUnknown, repeatable → again ├─ … until the deadline: verdict()
//             ── kUnknown, else ─────→ give up, outcome unknown
#pragma once

#include <cstdint>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace usher::client {

// What became of something, for those who must decide what to do next.
enum class Outcome : uint8_t {
  kNotDone,  // surely
  kUnknown,  // may have been done
};
Outcome outcome_of(const Error& error);

// The one asked is not the right one, or not there.
bool is_elsewhere(ErrorCode code);

struct RetryPlan {
  bool again = false;
  // Ask another one.
  bool elsewhere = false;
  Duration after = {};
};

class Attempts {
 public:
  // repeatable: to do it twice is the same as once (a question, an append under a sequence).
  Attempts(MonotonicTime deadline, bool repeatable)
      : deadline_(deadline), repeatable_(repeatable) {}

  // After the failure of one attempt.
  RetryPlan failed(Error why, MonotonicTime now);
  // An attempt went out and nobody waits for its answer any more.
  void forget_attempt() { maybe_done_ = true; }

  MonotonicTime deadline() const { return deadline_; }
  Duration left(MonotonicTime now) const;
  // May an earlier attempt have been done after all?
  bool maybe_done() const { return maybe_done_; }
  uint32_t failures() const { return failures_; }
  // The error for the user: never one that says "surely not" where some attempt may have been done.
  Error verdict() const;
  // For a question, of which no attempt changes anything.
  const Error& last() const { return last_; }

 private:
  MonotonicTime deadline_;
  bool repeatable_;
  bool maybe_done_ = false;
  uint32_t failures_ = 0;
  uint32_t named_ = 0;  // refusals in a row that named another broker
  Error last_{ErrorCode::UNREACHABLE, "no attempt could be made in time"};
};

// From limits::kRetryDelayMin, doubling to …Max. failures: in a row, from 1.
Duration retry_delay(uint32_t failures);

}  // namespace usher::client

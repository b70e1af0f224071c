// Makes steps: takes inputs from a queue, fires the timers that they make due, runs both through
// the app's processors, and has the batch that says what came of it. Also goes the other way:
// applies the steps that a log holds. No clock, no network: the same inputs, the same records.
//
//     take(queue) ─→ timers due, input, timers due, input … ─→ finish(guard) ─→ batch; sealed
#pragma once

#include "processors/chain.h"
#include "processors/input_queue.h"
#include "proto/base/limits.h"

namespace usher::processors {

struct StepLimits {
  size_t inputs = limits::kStepInputs;
  size_t bytes = limits::kStepBytes;
  // No input from here on.
  Offset end = Offset(UINT64_MAX);
  // Asked now and then; true ends the step.
  std::function<bool()> is_time_up = [] { return false; };
};

// What a step was made of.
struct Taken {
  size_t inputs = 0;
  uint32_t timers_fired = 0;
  uint32_t dead_letters = 0;
  // Consumed up to here; without inputs it is where the next one stands, or earlier.
  Offset to;
  // to - 1, or of a step without inputs the record that made its timers due.
  Offset witness;
  Term input_term;

  bool nothing() const { return inputs == 0 && timers_fired == 0; }
};

struct FinishedStep {
  wire::Batch batch;
  std::vector<Callback> effects;
};

class Executor {
 public:
  // The store outlives it.
  Executor(std::shared_ptr<const Topology> topology, state::CommittedStore& committed);

  // Adds to the open step. `position`: where its input begins. IO_FAILED and such: the state could
  // not be read, and nothing may be appended any more.
  Result<Taken> take(InputQueue& queue, Offset position, const StepLimits& limits);
  // Of a step that a log holds, made of the same inputs: exactly as many timers.
  Result<Taken> take_again(InputQueue& queue, const wire::StepGuard& guard);
  // The next input goes to the dead letters without being processed.
  void skip_next() { skip_next_ = true; }
  // Ends the open step.
  FinishedStep finish(const wire::StepGuard& guard);

  // A step from the log, committed there: its changes, sealed. STATE_DIVERGED where the state after
  // it is not the one that it says.
  Result<void> apply(const wire::Batch& step, const wire::StepGuard& guard);

  state::TaskState& state() { return state_; }
  Timers& timers() { return timers_; }
  const Topology& topology() const { return *topology_; }
  // What is not committed is dropped.
  void drop();
  void close() { chain_.close(); }

 private:
  struct Mark {
    state::TaskState::Mark state;
    StepDraft::Mark draft;
    uint32_t timers_fired = 0;
    uint32_t dead_letters = 0;
  };
  Mark mark() const;
  void rollback(const Mark& mark);
  bool is_full(const StepLimits& limits) const;
  bool fits() const;
  bool fire_due(const Input& input, const StepLimits& limits);
  void fire(const Timers::Due& due, const Origin& origin);
  enum class Ran : uint8_t { kInStep, kDoesNotFit };
  Ran run(const Input& input, bool alone);
  void bury(const Input& input, const Mark& before, const Error& why);

  std::shared_ptr<const Topology> topology_;
  state::TaskState state_;
  Timers timers_;
  Chain chain_;
  StepDraft draft_;
  wire::BatchBuilder builder_;
  std::vector<wire::Header> headers_;  // memory
  Taken taken_;
  bool skip_next_ = false;
};

}  // namespace usher::processors

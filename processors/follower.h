// Reads an app's steps from the committed log and applies them to the state: how a task is
// restored, how a standby keeps up, how an owner finds what became of its steps. Also hears of
// claims.
//
//     log: _steps, _claims ─→ executor.apply ─→ committed store, stamp
#pragma once

#include "processors/executor.h"
#include "processors/lifeline.h"
#include "processors/partition_log.h"
#include "proto/base/log.h"

namespace usher::processors {

// What the committed store is after one more step.
state::Stamp stamp_after(state::Stamp before, const wire::StepGuard& step, Offset end,
                         const wire::Chain& chain);

struct Progress {
  Offset next;   // the log was followed up to here
  Offset until;  // and is to be followed up to here, if that is known
  uint64_t records = 0;
  uint64_t steps = 0;
  Duration elapsed{0};
};

class Follower {
 public:
  struct Events {
    // next() has reached what was asked for.
    std::function<void()> arrived;
    // The state cannot be followed any further.
    std::function<void(Error)> failed;
  };

  Follower(Scheduler& scheduler, PartitionLog& log, AppId app, Executor& executor, Log report,
           Events events);
  ~Follower();

  // From the stamp on, whose chain the log must hold: else it is another history's state, which is
  // wiped. `until` none: does not end, but can be given an end later; once level it looks now and
  // then.
  void follow(std::optional<Offset> until);
  void stop();

  // All steps below are in the state.
  Offset next() const { return next_; }
  // The owner's own step was committed and applied: no need to read it.
  void skip_to(Offset end);
  Epoch newest_claim() const { return newest_claim_; }
  Progress progress() const;

 private:
  void check_history();
  void judge_history(Result<FetchAnswer> answer);
  void read();
  void take(Result<FetchAnswer> answer);
  void apply_some();
  Result<void> apply(const wire::Batch& batch);
  Result<void> commit_applied();
  void hurry();
  void later(Duration delay, void (Follower::*act)());

  Scheduler& scheduler_;
  PartitionLog& log_;
  AppId app_;
  Executor& executor_;
  Log report_;
  Events events_;
  std::optional<Offset> until_;
  bool following_ = false;
  bool resting_ = false;  // level, until the next look
  bool history_is_ours_ = false;
  Offset next_;
  Epoch newest_claim_;
  // What was fetched, and how many batches of it were looked at.
  FetchAnswer fetched_;
  size_t looked_at_ = 0;
  // Applied and sealed, not yet in the store.
  state::Stamp stamp_;
  size_t sealed_ = 0;
  Progress progress_;
  MonotonicTime began_;
  std::optional<Scheduler::TimerId> retry_;
  Lifeline life_;
};

}  // namespace usher::processors

// One partition of an app in a daemon: what runs there (runner.h), and the way from what it is to
// what the controller wants it to be. One step at a time: a task that changes owners is
// closed first, and begins anew under the next epoch. Lives on one Scheduler.
//
//     its place is opened first
//     wanted: standby ─→ stand_by       wanted: owner ─→ own (a standby goes on from where it is)
//     wanted: nothing, another epoch, owner no more ─→ close ─→ over ─→ begins anew, or is gone
//     stopped ─→ stays, and says why, until something else is wanted
#pragma once

#include "processors/daemon/runner.h"
#include "processors/lifeline.h"

namespace usher::processors {

class HeldTask {
 public:
  // `changed` is called when a runner began or ended, never inside a call of want(); between the
  // two status() is to be looked at now and then.
  HeldTask(Scheduler& scheduler, Log log, PartitionId partition, std::unique_ptr<RunnerPlace> place,
           Callback changed);

  // None: nothing.
  void want(const Identity& identity, std::optional<wire::TaskProposal> proposal);
  // Of a poisoned task: it begins again, and the next input goes to the dead letters unread.
  // INVALID_ARGUMENT where it is not poisoned.
  Result<void> skip();
  // Until then its place is kept open, so that the next start is quick.
  bool is_gone() const { return !wanted_ && !runner_ && !opening_; }
  // There is nothing to be said of it yet.
  bool is_opening() const { return opening_; }

  // Whom questions are asked of, while there is somebody.
  Task* task() { return runner_ ? runner_->task() : nullptr; }
  TaskStatus status();
  // What may be saved. None: it is not open, is still being restored, or there is none.
  state::CommittedStore* store() {
    bool restores = runner_ && runner_->phase() == Phase::kRestoring;
    return restores ? nullptr : place_->store();
  }

 private:
  void converge();
  void open();
  void begin(bool skip_first = false);
  void cannot_begin(Error why);
  bool follows_wish() const;
  void tell();

  Scheduler& scheduler_;
  Log log_;
  PartitionId partition_;
  std::unique_ptr<RunnerPlace> place_;
  Callback changed_;

  Identity identity_;
  std::optional<wire::TaskProposal> wanted_;
  // What the runner runs as.
  Identity runs_for_;
  wire::TaskProposal runs_as_;
  std::optional<Error> failure_;
  std::unique_ptr<Runner> runner_;

  std::optional<MonotonicTime> behind_since_;
  bool opening_ = false;
  bool telling_ = false;
  Lifeline life_;
};

}  // namespace usher::processors

#include "processors/daemon/held_task.h"

#include <fmt/format.h>

namespace usher::processors {

HeldTask::HeldTask(Scheduler& scheduler, Log log, PartitionId partition,
                   std::unique_ptr<RunnerPlace> place, Callback changed)
    : scheduler_(scheduler),
      log_(std::move(log)),
      partition_(partition),
      place_(std::move(place)),
      changed_(std::move(changed)) {}

void HeldTask::want(const Identity& identity, std::optional<wire::TaskProposal> proposal) {
  bool is_new = proposal != wanted_ || identity != identity_;
  identity_ = identity;
  wanted_ = proposal;
  if (is_new) failure_.reset();
  converge();
}

bool HeldTask::follows_wish() const {
  return wanted_ && *wanted_ == runs_as_ && identity_ == runs_for_;
}

void HeldTask::converge() {
  if (opening_) return;
  if (!runner_) {
    if (wanted_ && !failure_) place_->is_open() ? begin() : open();
    return tell();
  }
  if (is_over(runner_->phase())) {
    // Fenced, or it cannot go on: the controller has to propose something else first.
    if (follows_wish()) return tell();
    runner_.reset();
    return converge();
  }
  if (follows_wish()) return;
  if (runner_->phase() == Phase::kStandby && wanted_) {
    // A standby is nobody's, whatever became of the member; a claim is a member's.
    bool stands_by = wanted_->role == wire::TaskRole::kStandby;
    if (stands_by || identity_ == runs_for_) {
      runs_as_ = *wanted_;
      if (!stands_by) runner_->own(wanted_->epoch);
      return tell();
    }
  }
  runner_->close();
}

Result<void> HeldTask::skip() {
  bool poisoned = runner_ && runner_->phase() == Phase::kStopped && runner_->failure() &&
                  runner_->failure()->code == ErrorCode::POISONED && follows_wish();
  if (!poisoned)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("the task of partition {} is not poisoned", partition_.value()));
  runner_.reset();
  begin(true);
  tell();
  return {};
}

// What is wanted may be something else when it is open.
void HeldTask::open() {
  opening_ = true;
  place_->open(life_.wrap([this](Result<void> opened) {
    opening_ = false;
    if (!opened) cannot_begin(std::move(opened).error());
    converge();
  }));
}

void HeldTask::cannot_begin(Error why) {
  failure_ = std::move(why);
  log_.error("a task cannot begin", {{"partition", partition_.value()}, {"why", failure_->text()}});
}

void HeldTask::begin(bool skip_first) {
  auto made = place_->make(identity_, skip_first);
  if (!made) return cannot_begin(std::move(made).error());
  runner_ = std::move(*made);
  runs_for_ = identity_;
  runs_as_ = *wanted_;
  runner_->on_over(life_.wrap([this] { converge(); }));
  if (runs_as_.role == wire::TaskRole::kOwner)
    runner_->own(runs_as_.epoch);
  else
    runner_->stand_by();
}

void HeldTask::tell() {
  if (telling_) return;
  telling_ = true;
  scheduler_.post(life_.wrap([this] {
    telling_ = false;
    changed_();
  }));
}

TaskStatus HeldTask::status() {
  TaskStatus status{.partition = partition_, .failure = failure_};
  if (!runner_) return status;
  status.phase = runner_->phase();
  status.role = runs_as_.role;
  status.epoch = runs_as_.epoch;
  if (*status.phase == Phase::kStopped) status.failure = runner_->failure();
  runner_->describe(status);
  MonotonicTime now = scheduler_.clock().monotonic();
  if (status.lag_records == 0 || !status.is_live())
    behind_since_.reset();
  else if (!behind_since_)
    behind_since_ = now;
  if (behind_since_) status.behind_for = now - *behind_since_;
  return status;
}

}  // namespace usher::processors

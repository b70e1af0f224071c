// Inputs to steps, as many on their way as may be; effects once they are committed.
#include <fmt/format.h>

#include "processors/task.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::processors {

void Task::fetch() {
  if (phase_ != Phase::kRunning || fetching_ || queue_.bytes() >= limits::kTaskQueueBytes) return;
  fetching_ = true;
  Offset from = queue_.scanned();
  FetchRequest request{.from = from,
                       .continues = queue_.scanned_term(),
                       .topics = executor_.topology().inputs(),
                       .bytes_max = limits::kTaskFetchBytes,
                       .uncommitted = options_.read_ahead,
                       .wait_max = limits::kFetchWait};
  log_.fetch(std::move(request), reading_.wrap([this, from](auto answer) {
    fetching_ = false;
    fetched(from, std::move(answer));
  }));
}

// Asks once more, without waiting for news: somebody has to know how far the commit is.
void Task::probe() {
  if (phase_ != Phase::kRunning || probing_) return;
  probing_ = true;
  Offset from = queue_.scanned();
  FetchRequest request{.from = from,
                       .continues = queue_.scanned_term(),
                       .topics = executor_.topology().inputs(),
                       .bytes_max = limits::kTaskFetchBytes,
                       .uncommitted = options_.read_ahead};
  log_.fetch(std::move(request), reading_.wrap([this, from](auto answer) {
    fetched(from, std::move(answer));
    scheduler_.after(limits::kProbeInterval, reading_.wrap([this] {
      probing_ = false;
      queries_->moved();
    }));
  }));
}

void Task::fetched(Offset from, Result<FetchAnswer> answer) {
  if (!answer) {
    if (answer.error().code == ErrorCode::INPUT_GONE) return recover();
    scheduler_.after(limits::kTaskRetryMin, reading_.wrap([this] { fetch(); }));
    return;
  }
  queries_->heard();
  // The log that answered holds all that was read below `from`, and has committed so much of it.
  bool continues = from == queue_.scanned();
  known_committed_ =
      std::max(known_committed_, std::min(answer->commit, continues ? answer->scanned : from));
  if (continues) {
    if (!answer->batches.empty()) saw_log_time(answer->batches.back().header().place().time);
    if (auto pushed = queue_.push(std::move(*answer)); !pushed) return stop(pushed.error());
    make_steps_soon();
  }
  queries_->moved();
  fetch();
}

// Where what is not settled yet begins.
Offset Task::settled() {
  Offset open = queue_.scanned();
  if (const Input* input = queue_.front()) open = input->offset;
  if (!flight_.empty()) open = flight_.oldest_from();
  return std::max(store_.stamp().position, std::min(known_committed_, open));
}

// One step a turn: others on this thread want theirs.
void Task::make_steps_soon() {
  if (making_) return;
  making_ = true;
  scheduler_.post(reading_.wrap([this] {
    making_ = false;
    make_steps();
  }));
}

void Task::make_steps() {
  if (phase_ != Phase::kRunning) return;
  if (make_step()) make_steps_soon();
  if (is_over(phase_)) return;
  bool far = queue_.scanned() - position_ >= limits::kQuietStepOffsets;
  if (far && queue_.empty() && flight_.empty()) append_quiet();
  arm_clock();
  fetch();
}

bool Task::make_step() {
  const Input* input = queue_.front();
  if (!input || flight_.size() >= options_.steps_in_flight) return false;
  if (!ready_) {
    if (!ready_sent_) append_mark(wire::StepMark::kReady);
    ready_sent_ = true;
    return false;
  }
  StepLimits limits{
      .inputs = position_ < careful_until_ ? 1 : options_.step_inputs,
      .bytes = options_.step_bytes,
      .is_time_up = [this, until = now() + options_.step_time_max] { return now() >= until; }};
  if (options_.skip == input->offset || std::exchange(options_.skip_first, false))
    executor_.skip_next();
  auto taken = executor_.take(queue_, position_, limits);
  if (!taken) {
    stop(taken.error());
    return false;
  }
  if (too_many_dead_letters(*taken)) {
    stop({ErrorCode::DEAD_LETTERS_FULL,
          fmt::format("{} of the last {} records, at offset {}", dead_letters_, dead_letters_of_,
                      taken->to.value())});
    return false;
  }
  wire::StepGuard guard = next_guard();
  guard.timers_fired = taken->timers_fired;
  guard.to = taken->to;
  guard.witness = taken->witness;
  guard.input_term = taken->input_term;
  append(guard);
  counts_.inputs += taken->inputs;
  counts_.timers_fired += taken->timers_fired;
  counts_.dead_letters += taken->dead_letters;
  return true;
}

wire::StepGuard Task::next_guard() const {
  return {.app = options_.app,
          .timers_fired = 0,
          .mark = wire::StepMark::kNone,
          .epoch = epoch_,
          .number = number_,
          .from = position_,
          .to = position_,
          .witness = claim_->base,
          .input_term = claim_->term};
}

void Task::append(wire::StepGuard guard) {
  position_ = guard.to;
  number_ = number_.next();
  flight_.add(guard, executor_.finish(guard));
}

// Takes no input; its witness is the claim, which stands in every log that takes the step.
void Task::append_mark(wire::StepMark mark) {
  wire::StepGuard guard = next_guard();
  guard.mark = mark;
  append(guard);
}

// Says only how far the log was looked at.
void Task::append_quiet() {
  if (queue_.scanned() <= position_) return;
  wire::StepGuard guard = next_guard();
  guard.to = queue_.scanned();
  guard.witness = guard.to - 1;
  guard.input_term = *queue_.scanned_term();
  append(guard);
}

void Task::arm_quiet() {
  if (quiet_) scheduler_.cancel(*quiet_);
  quiet_ = scheduler_.after(limits::kQuietStepInterval, [this] {
    quiet_.reset();
    if (phase_ == Phase::kRunning && flight_.empty() && queue_.empty()) append_quiet();
    arm_quiet();
  });
}

bool Task::too_many_dead_letters(const Taken& taken) {
  dead_letters_of_ += taken.inputs;
  dead_letters_ += taken.dead_letters;
  if (dead_letters_ >= limits::kDeadLettersMax) return true;
  if (dead_letters_of_ >= limits::kDeadLettersOf) dead_letters_of_ = dead_letters_ = 0;
  return false;
}

// All of them in one write: the store is never between two steps of which both are committed.
void Task::committed(std::vector<StepsInFlight::Step> steps) {
  std::vector<std::string> changed;
  if (queries_->waiting() > 0) changed = executor_.state().oldest_keys(steps.size());
  state::Stamp stamp = store_.stamp();
  for (const StepsInFlight::Step& step : steps) {
    CHECK(step.guard.number == stamp.next_step, "steps are committed in their order");
    stamp = stamp_after(stamp, step.guard, step.receipt->end, step.receipt->chain);
  }
  if (auto written = executor_.state().commit(steps.size(), stamp); !written)
    return stop(written.error());
  const StepsInFlight::Step& last = steps.back();
  follower_.skip_to(last.receipt->end);
  known_committed_ = std::max(known_committed_, last.guard.to);
  saw_log_time(last.receipt->time);
  counts_.steps += steps.size();
  for (StepsInFlight::Step& step : steps) {
    if (step.guard.mark == wire::StepMark::kReady) ready_ = true;
    for (Callback& effect : step.effects) effect();
  }
  if (is_over(phase_)) return;
  queries_->heard();
  queries_->changed(changed);
  queries_->moved();
  if (last.guard.mark == wire::StepMark::kReleased) return close_if_done();
  if (phase_ == Phase::kClosing && flight_.empty()) {
    if (ready_) return append_mark(wire::StepMark::kReleased);
    return close_if_done();
  }
  make_steps_soon();
}

void Task::refused(const Error& why, Remedy remedy) {
  if (planted(Bug::kIgnoreFenced) && why.code == ErrorCode::FENCED) {
    static_cast<void>(executor_.state().commit(flight_.size(), store_.stamp()));
    return flight_.drop();
  }
  if (remedy == Remedy::kClose || phase_ == Phase::kClosing) return end(Phase::kClosed, why);
  if (remedy == Remedy::kStop) return stop(why);
  diverged_ = why.code == ErrorCode::DIVERGED;
  recover();
}

}  // namespace usher::processors

#include "processors/follower.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/wire/reserved_topics.h"

namespace usher::processors {

state::Stamp stamp_after(state::Stamp stamp, const wire::StepGuard& step, Offset end,
                         const wire::Chain& chain) {
  stamp.applied = end;
  stamp.chain = chain;
  stamp.next_step = step.number.next();
  if (step.to != stamp.position) {
    stamp.position = step.to;
    stamp.unreleased = 0;
  }
  if (step.mark == wire::StepMark::kReady) ++stamp.unreleased;
  if (step.mark == wire::StepMark::kReleased && stamp.unreleased > 0) --stamp.unreleased;
  return stamp;
}

Follower::Follower(Scheduler& scheduler, PartitionLog& log, AppId app, Executor& executor,
                   Log report, Events events)
    : scheduler_(scheduler),
      log_(log),
      app_(app),
      executor_(executor),
      report_(std::move(report)),
      events_(std::move(events)),
      next_(executor.state().committed().stamp().applied) {}

Follower::~Follower() {
  if (retry_) scheduler_.cancel(*retry_);
}

void Follower::follow(std::optional<Offset> until) {
  until_ = until;
  if (until_ && history_is_ours_ && next_ >= *until_) {
    stop();
    return scheduler_.post(life_.wrap([this] { events_.arrived(); }));
  }
  if (following_) return hurry();
  following_ = true;
  began_ = scheduler_.clock().monotonic();
  stamp_ = executor_.state().committed().stamp();
  history_is_ours_ ? read() : check_history();
}

void Follower::stop() {
  following_ = false;
  resting_ = false;
  fetched_.batches.clear();
  life_.cut();
  if (retry_) scheduler_.cancel(*retry_);
  retry_.reset();
}

// There is an end now: what a standby rested from goes on.
void Follower::hurry() {
  if (!std::exchange(resting_, false)) return;
  scheduler_.cancel(*retry_);
  retry_.reset();
  read();
}

void Follower::skip_to(Offset end) { next_ = std::max(next_, end); }

Progress Follower::progress() const {
  Progress progress = progress_;
  progress.next = next_;
  progress.until = until_.value_or(next_);
  if (following_) progress.elapsed = scheduler_.clock().monotonic() - began_;
  return progress;
}

void Follower::later(Duration delay, void (Follower::*act)()) {
  retry_ = scheduler_.after(delay, [this, act] {
    retry_.reset();
    resting_ = false;
    (this->*act)();
  });
}

// Does the log hold the stamp's chain where the stamp ends?
void Follower::check_history() {
  if (stamp_.applied == Offset(0)) {
    history_is_ours_ = true;
    return read();
  }
  log_.fetch({.from = stamp_.applied - 1, .continues = {}, .topics = {}, .bytes_max = 1},
             life_.wrap([this](Result<FetchAnswer> answer) { judge_history(std::move(answer)); }));
}

void Follower::judge_history(Result<FetchAnswer> answer) {
  bool ours = answer && !answer->batches.empty() &&
              answer->batches[0].header().end_offset() == stamp_.applied &&
              answer->batches[0].header().chain() == stamp_.chain;
  bool too_short = answer && answer->scanned < stamp_.applied;
  // A replica may lag; but a claim stands behind all steps of its history.
  if (!answer || (too_short && !(until_ && *until_ <= stamp_.applied)))
    return later(limits::kTaskRetryMin, &Follower::check_history);
  history_is_ours_ = true;
  if (ours) return read();
  report_.warn("the local state is of another history; it is built anew from the log",
               {{"applied", stamp_.applied}});
  if (auto wiped = executor_.state().wipe(); !wiped) return events_.failed(wiped.error());
  executor_.drop();
  stamp_ = executor_.state().committed().stamp();
  next_ = stamp_.applied;
  read();
}

void Follower::read() {
  log_.fetch({.from = next_,
              .continues = {},
              .topics = {wire::kStepsTopic, wire::kClaimsTopic},
              .bytes_max = limits::kRestoreFetchBytes,
              .uncommitted = false,
              .wait_max = limits::kFetchWait},
             life_.wrap([this](Result<FetchAnswer> answer) { take(std::move(answer)); }));
}

void Follower::take(Result<FetchAnswer> answer) {
  if (!answer) return later(limits::kTaskRetryMin, &Follower::read);
  fetched_ = std::move(*answer);
  looked_at_ = 0;
  apply_some();
}

// In turns: other tasks of the thread have steps to make meanwhile. After each the store is where
// next() says.
void Follower::apply_some() {
  Result<void> applied;
  Offset end = next_;
  size_t records = 0;
  while (applied && looked_at_ < fetched_.batches.size() && records < limits::kRestoreTurnRecords) {
    const wire::Batch& batch = fetched_.batches[looked_at_++];
    if (batch.header().place().base_offset < next_) continue;
    applied = apply(batch);
    end = batch.header().end_offset();
    records += batch.header().records();
  }
  if (applied) applied = commit_applied();
  if (!applied) {
    stop();
    return events_.failed(applied.error());
  }
  next_ = std::max(next_, end);
  if (looked_at_ < fetched_.batches.size())
    return scheduler_.post(life_.wrap([this] { apply_some(); }));
  fetched_.batches.clear();
  next_ = std::max(next_, fetched_.scanned);
  progress_.elapsed = scheduler_.clock().monotonic() - began_;
  resting_ = !until_ && fetched_.scanned >= fetched_.commit;
  if (resting_) return later(limits::kStandbyRound, &Follower::read);
  if (!until_ || next_ < *until_) return scheduler_.post(life_.wrap([this] { read(); }));
  stop();
  events_.arrived();
}

Result<void> Follower::apply(const wire::Batch& batch) {
  const wire::BatchHeader& header = batch.header();
  if (const auto* claim = std::get_if<wire::ClaimGuard>(&header.guard())) {
    if (claim->app != app_) return {};
    newest_claim_ = std::max(newest_claim_, claim->epoch);
    if (!claim->reset_to) return {};
    TRY(commit_applied());
    stamp_.applied = header.end_offset();
    stamp_.chain = header.chain();
    stamp_.position = *claim->reset_to;
    stamp_.unreleased = 0;
    return executor_.state().restamp(stamp_);
  }
  const auto* step = std::get_if<wire::StepGuard>(&header.guard());
  if (!step || step->app != app_) return {};
  CHECK(step->number == stamp_.next_step, "the log's steps are dense");
  TRY(executor_.apply(batch, *step));
  stamp_ = stamp_after(stamp_, *step, header.end_offset(), header.chain());
  ++sealed_;
  ++progress_.steps;
  progress_.records += header.records();
  if (sealed_ >= limits::kRestoreStepsPerWrite) return commit_applied();
  return {};
}

Result<void> Follower::commit_applied() {
  if (sealed_ == 0) return {};
  size_t count = std::exchange(sealed_, 0);
  TRY(executor_.state().commit(count, stamp_));
  stamp_ = executor_.state().committed().stamp();
  return {};
}

}  // namespace usher::processors

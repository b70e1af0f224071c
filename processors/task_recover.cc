// What was computed ahead does not hold, or perhaps not: drop it, wait until everything that the
// leader's log holds now is committed or cut off, apply the own steps found there, and read on from
// the position then reached. The claim stays.
//
//     find the end ─→ follow the commit to it ─→ run
//          ↑               │ it was cut off
//          └───────────────┘
#include <fmt/format.h>

#include "processors/task.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"
#include "proto/wire/reserved_topics.h"

namespace usher::processors {

void Task::recover() {
  if (phase_ != Phase::kRunning) return;
  enter(Phase::kRecovering);
  ++counts_.recoveries;
  flight_.drop();
  if (!planted(Bug::kKeepOverlay)) executor_.drop();
  reading_.cut();
  fetching_ = probing_ = making_ = false;
  queue_.restart(store_.stamp().position);
  retry_recovery();
}

void Task::retry_recovery() {
  follower_.stop();
  // From the last record that is known on, so that there is a term to name.
  scheduler_.after(limits::kTaskRetryMin,
                   reading_.wrap([this] { find_end(follower_.next() - 1, std::nullopt); }));
}

// Looks through the leader's log until nothing more comes.
void Task::find_end(Offset from, std::optional<Term> continues) {
  FetchRequest request{.from = from,
                       .continues = continues,
                       .topics = {wire::kStepsTopic},
                       .bytes_max = limits::kRestoreFetchBytes,
                       .uncommitted = true};
  log_.fetch(std::move(request), reading_.wrap([this, from, continues](auto answer) {
    if (!answer) return retry_recovery();
    if (answer->scanned > from) return find_end(answer->scanned, answer->scanned_term);
    found_end(from, continues);
  }));
}

void Task::found_end(Offset end, std::optional<Term> term) {
  bool again = diverged_ && diverged_in_ == term && diverged_at_ == store_.stamp().next_step;
  if (again)
    return stop({ErrorCode::DIVERGED,
                 fmt::format("step {} a second time", store_.stamp().next_step.value())});
  if (diverged_) {
    diverged_in_ = term;
    diverged_at_ = store_.stamp().next_step;
    diverged_ = false;
  }
  end_ = end;
  end_term_ = term;
  follower_.follow(end_);
  watch_end();
}

// Is the end still there? The commit reaches it only then.
void Task::watch_end() {
  scheduler_.after(limits::kTaskRetryMax, reading_.wrap([this] {
    if (phase_ != Phase::kRecovering) return;
    log_.fetch({.from = end_,
                .continues = end_term_,
                .topics = {wire::kStepsTopic},
                .bytes_max = 1,
                .uncommitted = true},
               reading_.wrap([this](Result<FetchAnswer> answer) {
                 if (phase_ != Phase::kRecovering) return;
                 if (!answer && answer.error().code == ErrorCode::INPUT_GONE)
                   return retry_recovery();
                 watch_end();
               }));
  }));
}

void Task::recovered() {
  if (follower_.newest_claim() > epoch_)
    return end(Phase::kClosed, Error{ErrorCode::FENCED, "a newer claim was seen"});
  reading_.cut();
  run();
}

}  // namespace usher::processors

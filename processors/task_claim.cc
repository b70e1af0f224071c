// From new to running: the claim, and what has to be known before the first step.
#include <fmt/format.h>

#include "processors/task.h"
#include "proto/base/check.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::processors {

void Task::own(Epoch epoch) {
  enter(Phase::kClaiming);
  epoch_ = epoch;
  queries_ = std::make_unique<Queries>(
      scheduler_, log_, store_, options_.app, epoch_,
      Queries::Owner{
          .settled = [this] { return settled(); },
          // A step on its way will say it; only an idle task has to ask.
          .hurry =
              [this] {
                if (flight_.empty()) probe();
              },
          .replaced =
              [this] { end(Phase::kClosed, Error{ErrorCode::FENCED, "a newer claim was seen"}); }});
  send_claim();
}

void Task::send_claim() {
  wire::ClaimGuard guard{.app = options_.app,
                         .app_version = executor_.topology().version(),
                         .epoch = epoch_,
                         .member = options_.member,
                         .reset_to = {},
                         .settings = executor_.topology().settings()};
  wire::ClaimRecordBytes record = wire::encode_claim_record(guard);
  wire::BatchBuilder builder;
  auto added = builder.add(wire::kClaimsTopic, {.key = {}, .value = Bytes(record), .headers = {}});
  CHECK(added.has_value());
  log_.append(builder.finish(guard),
              life_.wrap([this](Result<Receipt> result) { claimed(std::move(result)); }));
}

void Task::claimed(Result<Receipt> result) {
  if (result) {
    claim_ = *result;
    saw_log_time(result->time);
    enter(Phase::kRestoring);
    return follower_.follow(claim_->end);
  }
  switch (remedy_for(result.error())) {
    case Remedy::kClose:
      return end(Phase::kClosed, result.error());
    case Remedy::kStop:
      return stop(result.error());
    default:
      // The same again gets the first receipt, if the first is in the log.
      scheduler_.after(claim_delay_, life_.wrap([this] { send_claim(); }));
      claim_delay_ = std::min(2 * claim_delay_, limits::kTaskRetryMax);
  }
}

void Task::restored_to_claim() {
  if (follower_.newest_claim() > epoch_)
    return end(Phase::kClosed, Error{ErrorCode::FENCED, "a newer claim was seen"});
  const state::Stamp& stamp = store_.stamp();
  bool skips = options_.skip_first || (options_.skip && *options_.skip >= stamp.position);
  if (stamp.unreleased >= limits::kPoisoned && !skips)
    return stop({ErrorCode::POISONED, fmt::format("{} owners ended without a word behind offset {}",
                                                  stamp.unreleased, stamp.position.value())});
  // Whoever ended them stands somewhere before this claim.
  if (stamp.unreleased >= limits::kPoisonSuspected) careful_until_ = claim_->base;
  if (skips)
    careful_until_ = std::max(careful_until_, options_.skip.value_or(stamp.position).next());
  position_at_claim_ = stamp.position;
  unreleased_at_claim_ = stamp.unreleased;
  run();
}

// Reads on from the position that the log says; what was computed beyond it is forgotten.
void Task::run() {
  const state::Stamp& stamp = store_.stamp();
  position_ = stamp.position;
  number_ = stamp.next_step;
  // Another leader's log may be read from here on: nothing is known of it yet.
  known_committed_ = stamp.position;
  ready_ =
      ready_ || stamp.position != position_at_claim_ || stamp.unreleased > unreleased_at_claim_;
  ready_sent_ = ready_;
  queue_.restart(position_);
  enter(Phase::kRunning);
  queries_->heard();
  arm_quiet();
  arm_clock();
  fetch();
}

}  // namespace usher::processors

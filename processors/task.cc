#include "processors/task.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::processors {

Task::Task(Scheduler& scheduler, PartitionLog& log, state::CommittedStore& store,
           std::shared_ptr<const Topology> topology, TaskOptions options, Log report)
    : scheduler_(scheduler),
      log_(log),
      store_(store),
      options_(options),
      report_(std::move(report)),
      executor_(topology, store),
      queue_(topology->inputs()),
      follower_(
          scheduler, log, options_.app, executor_, report_,
          {.arrived = [this] { phase_ == Phase::kRecovering ? recovered() : restored_to_claim(); },
           .failed = [this](Error why) { stop(std::move(why)); }}),
      flight_(scheduler, log,
              {.committed = [this](auto steps) { committed(std::move(steps)); },
               .refused = [this](const Error& why, Remedy remedy) { refused(why, remedy); }}) {
  CHECK(options_.steps_in_flight > 0 && options_.steps_in_flight <= limits::kStepReceipts);
}

Task::~Task() {
  for (auto timer : {quiet_, clock_})
    if (timer) scheduler_.cancel(*timer);
}

void Task::enter(Phase phase) {
  CHECK(may_follow(phase_, phase), "a task's phases have their order");
  report_.debug("task", {{"from", name_of(phase_)}, {"to", name_of(phase)}});
  phase_ = phase;
}

void Task::stop(Error why) {
  if (is_over(phase_)) return;
  report_.error("the task stops", {{"why", why.text()}});
  end(Phase::kStopped, std::move(why));
}

void Task::end(Phase phase, std::optional<Error> why) {
  if (is_over(phase_)) return;
  enter(phase);
  failure_ = std::move(why);
  life_.cut();
  reading_.cut();
  follower_.stop();
  flight_.drop();
  executor_.drop();
  if (queries_) queries_->close();
  proof_.reset();
  for (auto* timer : {&quiet_, &clock_}) {
    if (*timer) scheduler_.cancel(**timer);
    timer->reset();
  }
  if (on_over_) scheduler_.post(life_.wrap(std::move(on_over_)));
}

void Task::stand_by() {
  enter(Phase::kStandby);
  follower_.follow(std::nullopt);
}

void Task::close() {
  if (is_over(phase_) || phase_ == Phase::kClosing) return;
  if (phase_ != Phase::kRunning) return end(Phase::kClosed, std::nullopt);
  enter(Phase::kClosing);
  reading_.cut();
  queue_.restart(position_);
  scheduler_.after(limits::kTaskCloseTimeout,
                   life_.wrap([this] { end(Phase::kClosed, std::nullopt); }));
  if (flight_.empty() && ready_) append_mark(wire::StepMark::kReleased);
  close_if_done();
}

// All that was on its way is committed: mark the end, or end.
void Task::close_if_done() {
  if (phase_ != Phase::kClosing || !flight_.empty()) return;
  executor_.close();
  end(Phase::kClosed, std::nullopt);
}

Result<void> Task::check_owns() const {
  if (phase_ == Phase::kRunning || phase_ == Phase::kRecovering) return {};
  return fail(ErrorCode::NOT_OWNER, fmt::format("the task is {}", name_of(phase_)));
}

void Task::query(Query query, Queries::Answer answer) {
  if (auto owns = check_owns(); !owns) return answer(fail(owns.error()));
  if (planted(Bug::kAnswerBeforeCommit))
    if (auto value = executor_.state().get(query.store, query.key))
      return answer(QueryAnswer{.value = std::move(value), .holds_for = position_});
  queries_->ask(std::move(query), std::move(answer));
}

void Task::prove_state(StateProof::Done done) {
  if (auto owns = check_owns(); !owns) return done(fail(owns.error()));
  if (proof_ && !proof_->is_done())
    return done(fail(ErrorCode::QUEUE_FULL, "the state is being summed up for somebody else"));
  proof_ = std::make_unique<StateProof>(scheduler_, store_, std::move(done));
}

Result<Offset> Task::range(TopicId store, std::string_view from, std::string_view to,
                           const state::Visit& visit) {
  TRY(check_owns());
  TRY(store_.scan(state::entry_key(store, from),
                  to.empty() ? state::end_of_store(store) : state::entry_key(store, to),
                  [&](std::string_view key, std::string_view value) {
                    return visit(key.substr(state::kStoreBytes), value);
                  }));
  return settled();
}

}  // namespace usher::processors

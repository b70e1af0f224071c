#include "tests/sim/app/daemons.h"

#include <fmt/format.h>

namespace usher::sim {

Daemon::Daemon(Cluster& cluster, AppUnderTest app, MemberId member, Random random)
    : cluster_(cluster), app_(std::move(app)), member_(member), random_(random) {}

void Daemon::start() {
  if (task_) return;
  Random own = random_.stream(fmt::format("life {}", ++lives_));
  client_ = std::make_unique<PartitionClient>(cluster_, own.stream("client"));
  processors::TaskOptions options{.app = app_.id,
                                  .member = member_,
                                  .read_ahead = own.chance(3, 4),
                                  .steps_in_flight = own.between(1, 8),
                                  .step_inputs = own.between(1, 20),
                                  .step_bytes = own.chance(1, 4) ? 200 : limits::kStepBytes,
                                  .skip = {}};
  task_ = std::make_unique<processors::Task>(
      cluster_.world(), *client_, store_, app_.topology, options,
      Log(std::make_shared<MemoryLogSink>(), {.level = LogLevel::kError},
          cluster_.world().clock()));
  task_->on_over([this] { task_is_over(); });
  task_->stand_by();
}

void Daemon::forget_task() {
  if (task_) recoveries_ += task_->counts().recoveries;
  task_.reset();
  client_.reset();
}

void Daemon::crash() {
  forget_task();
  store_ = flushed_;
  if (random_.chance(1, 4)) store_ = flushed_ = state::MemoryStore();
}

void Daemon::flush() { flushed_ = store_; }

// Somebody else owns it now: keep up with him. A task that cannot go on is what we look for.
void Daemon::task_is_over() {
  if (task_->phase() == processors::Phase::kStopped)
    cluster_.witness().violate(fmt::format("a task stopped: {}", task_->failure()->text()));
  cluster_.witness().trace(fmt::format("task of {} over", member_.value()));
  forget_task();
  start();
}

void Daemon::own(Epoch epoch) {
  if (!task_ || task_->phase() != processors::Phase::kStandby) {
    forget_task();
    start();
  }
  task_->own(epoch);
}

void Daemon::close() {
  if (task_) task_->close();
}

}  // namespace usher::sim

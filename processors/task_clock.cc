// Time in an idle partition: where no input comes, the owner writes a clock record when the next
// timer is due by the log's time, as far as it can tell from here. The record's own time decides;
// one that came too early only tells how long to wait.
#include "processors/task.h"
#include "proto/base/check.h"
#include "proto/base/little_endian.h"
#include "proto/wire/reserved_topics.h"

namespace usher::processors {

void Task::saw_log_time(WallTime time) {
  if (time < log_time_) return;
  log_time_ = time;
  log_time_seen_ = now();
}

void Task::arm_clock() {
  if (clock_) scheduler_.cancel(*clock_);
  clock_.reset();
  if (phase_ != Phase::kRunning || clock_on_its_way_ || !queue_.empty() ||
      queue_.scanned() < clock_end_)
    return;
  auto deadline = executor_.timers().next_deadline();
  if (!deadline) return;
  // The leader's time as it was seen last, and what has passed here since. Where the partition has
  // been silent for long, this machine's own clock; it is corrected by the first record.
  WallTime seen =
      log_time_ + std::chrono::duration_cast<std::chrono::microseconds>(now() - log_time_seen_);
  WallTime log_now = clock_corrected_ ? seen : std::max(seen, scheduler_.clock().wall());
  Duration wait = *deadline > log_now ? Duration(*deadline - log_now) : Duration(0);
  clock_ = scheduler_.after(wait, [this] {
    clock_.reset();
    send_clock_record();
  });
}

void Task::send_clock_record() {
  auto deadline = executor_.timers().next_deadline();
  if (!deadline || phase_ != Phase::kRunning) return;
  std::byte value[8];
  store_le(value, deadline->us_since_1970());
  wire::BatchBuilder builder;
  CHECK(builder.add(wire::kClockTopic, {.key = {}, .value = Bytes(value), .headers = {}})
            .has_value());
  clock_on_its_way_ = true;
  log_.append(builder.finish(wire::NoGuard{}), life_.wrap([this](Result<Receipt> result) {
    if (!result) {
      scheduler_.after(limits::kTaskRetryMax, life_.wrap([this] {
        clock_on_its_way_ = false;
        arm_clock();
      }));
      return;
    }
    clock_on_its_way_ = false;
    clock_end_ = result->end;
    clock_corrected_ = true;
    saw_log_time(result->time);
    arm_clock();
  }));
}

}  // namespace usher::processors

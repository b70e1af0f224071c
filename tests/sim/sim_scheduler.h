// Time that a test moves. A SimLoop is the world's one line of events; every simulated machine has
// its own SimScheduler on it, with its own clock, and loses what it had planned when it is
// destroyed, as a machine does that crashes. Same calls, same order, always.
//
//     SimLoop ── step: the first in (time, call) of all ─→ SimScheduler (broker 1), (broker 2), …
//     (network)
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "proto/base/scheduler.h"
#include "proto/net/timer_queue.h"

namespace usher::sim {

class SimScheduler;

class SimLoop {
 public:
  static constexpr MonotonicTime kBegin{1s};

  SimLoop() = default;
  SimLoop(const SimLoop&) = delete;
  SimLoop& operator=(const SimLoop&) = delete;

  MonotonicTime now() const { return now_; }
  // How many callbacks have run.
  uint64_t steps() const { return steps_; }

  // Moves time to the next callback and runs it. False: there is none.
  bool step();
  // Until `done` is true: true. False when `within` has passed, or nothing is left to run.
  bool run_until(const std::function<bool()>& done, Duration within);
  void run_for(Duration time);

 private:
  friend class SimScheduler;
  SimScheduler* next() const;
  static MonotonicTime due(const SimScheduler& scheduler);

  MonotonicTime now_ = kBegin;
  uint64_t next_number_ = 1;
  uint64_t steps_ = 0;
  std::vector<SimScheduler*> schedulers_;
};

// One machine's clocks. The monotonic one is the world's; the wall clock may be set wrong and may
// run too fast or too slow.
class SimClock final : public Clock {
 public:
  explicit SimClock(const SimLoop& loop);
  MonotonicTime monotonic() const override { return loop_.now(); }
  WallTime wall() const override;

  // As the world's.
  void set_right();
  void jump_wall(std::chrono::microseconds by);
  // From now on: parts per million faster (or slower, below 0) than the world.
  void drift_wall(int64_t ppm);

 private:
  const SimLoop& loop_;
  MonotonicTime since_;
  // What the wall clock showed at since_: right, if the world began at 2026-01-01T00:00:00Z.
  WallTime wall_;
  int64_t drift_ppm_ = 0;
};

class SimScheduler final : public Scheduler {
 public:
  // The loop outlives it.
  explicit SimScheduler(SimLoop& loop);
  ~SimScheduler() override;
  SimScheduler(const SimScheduler&) = delete;
  SimScheduler& operator=(const SimScheduler&) = delete;

  const Clock& clock() const override { return clock_; }
  SimClock& sim_clock() { return clock_; }
  void post(Callback callback) override { after(Duration::zero(), std::move(callback)); }
  TimerId after(Duration delay, Callback callback) override;
  bool cancel(TimerId timer) override { return timers_.cancel(static_cast<uint64_t>(timer)); }

  // As SIGSTOP does, then SIGCONT: nothing of this machine runs before, everything that was due
  // does then, in its order.
  void freeze(Duration time) { frozen_until_ = std::max(frozen_until_, loop_.now() + time); }
  bool is_frozen() const { return frozen_until_ > loop_.now(); }

 private:
  friend class SimLoop;
  SimLoop& loop_;
  SimClock clock_;
  net::TimerQueue timers_;
  MonotonicTime frozen_until_;
};

}  // namespace usher::sim

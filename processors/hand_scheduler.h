// A Scheduler whose clock a test moves by hand: nothing happens but in run() and advance().
#pragma once

#include <map>

#include "proto/base/scheduler.h"

namespace usher::processors {

class HandScheduler final : public Scheduler {
 public:
  // The wall clock begins at 2026-01-01T00:00:00Z.
  HandScheduler() : clock_(*this) {}

  const Clock& clock() const override { return clock_; }
  void post(Callback callback) override { after(Duration::zero(), std::move(callback)); }
  TimerId after(Duration delay, Callback callback) override;
  bool cancel(TimerId timer) override;

  // Everything that is due now, and what follows from it.
  void run();
  // Moves the clocks, stopping wherever something is due.
  void advance(Duration by);

 private:
  class HandClock final : public Clock {
   public:
    explicit HandClock(const HandScheduler& scheduler) : scheduler_(scheduler) {}
    MonotonicTime monotonic() const override { return scheduler_.now_; }
    WallTime wall() const override;

   private:
    const HandScheduler& scheduler_;
  };
  struct Key {
    MonotonicTime deadline;
    uint64_t number = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  MonotonicTime now_{1s};
  uint64_t next_number_ = 1;
  std::map<Key, Callback> waiting_;
  HandClock clock_;
};

}  // namespace usher::processors

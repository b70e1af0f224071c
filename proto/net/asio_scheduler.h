// The Scheduler of production: one thread around Boost.Asio's loop, which also carries the sockets.
//
//     any thread ── post ──→ ┌ io_context ┐ ←── sockets (asio_transport.h)
//     its thread ── after ─→ │ one steady timer for the first of the TimerQueue
//                            └── run() on one thread, until stop()
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proto/base/scheduler.h"
#include "proto/net/timer_queue.h"

namespace usher::net {

class AsioScheduler final : public Scheduler {
 public:
  // The clock's monotonic time is the machine's, as the timers of Asio are.
  explicit AsioScheduler(const Clock& clock);
  // Drops what waits, uncalled.
  ~AsioScheduler() override;

  // Runs callbacks on this thread until stop(), also while there are none.
  void run();
  // run() returns after the callback it is in, or at once if it has not begun; what waits is kept
  // for another run(). Any thread.
  void stop();

  const Clock& clock() const override { return clock_; }
  void post(Callback callback) override;
  TimerId after(Duration delay, Callback callback) override;
  bool cancel(TimerId timer) override;

  // For the sockets of this folder and of the admin endpoint, and for tests that run it in steps.
  boost::asio::io_context& io_context() { return io_context_; }

 private:
  void arm();
  void run_due();

  const Clock& clock_;
  // Outlives the loop: what a dropped callback held may cancel its timers.
  TimerQueue timers_;
  uint64_t next_timer_ = 1;
  boost::asio::io_context io_context_;
  boost::asio::steady_timer timer_;
  // What timer_ will fire for, if it will.
  std::optional<MonotonicTime> armed_for_;
};

}  // namespace usher::net

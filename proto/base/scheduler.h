// The seam to "later". One Scheduler is one thread of execution: everything it runs, it runs one
// after the other, and what belongs to it needs no locks. Production is Asio
// (proto/net/asio_scheduler.h); the simulator runs the same callbacks in virtual time from one
// seed. tests/contract/scheduler_contract.h says what every implementation must do.
#pragma once

#include <cstdint>
#include <functional>

#include "proto/base/clock.h"

namespace usher {

using Callback = std::move_only_function<void()>;

class Scheduler {
 public:
  enum class TimerId : uint64_t {};

  virtual ~Scheduler() = default;
  virtual const Clock& clock() const = 0;

  // Runs the callback soon, never inside this call; in the order of the calls. Any thread may post.
  virtual void post(Callback callback) = 0;

  // Runs the callback once `delay` has passed on the monotonic clock; timers that are due run in
  // the order (deadline, call). Only from callbacks of this scheduler, or while it does not run.
  virtual TimerId after(Duration delay, Callback callback) = 0;

  // True: the callback will never run, and what it held is gone. False: it has run, or is running.
  virtual bool cancel(TimerId timer) = 0;
};

}  // namespace usher

// The Asio scheduler and transport as a test drives them: step by step on the test's own thread,
// over loopback, bounded in real time only so that a broken test ends.
#pragma once

#include <functional>
#include <optional>

#include <boost/asio/executor_work_guard.hpp>

#include "proto/base/system_clock.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/asio_transport.h"

namespace usher::net {

class AsioSchedulerFixture {
 public:
  AsioSchedulerFixture() {
    scheduler_.emplace(clock_);
    stay_.emplace(scheduler_->io_context().get_executor());
  }
  Scheduler& scheduler() { return *scheduler_; }
  AsioScheduler& asio() { return *scheduler_; }
  void destroy_scheduler() {
    stay_.reset();
    scheduler_.reset();
  }

  bool run_until(const std::function<bool()>& done) {
    constexpr Duration kAtMost = 20s;
    MonotonicTime end = clock_.monotonic() + kAtMost;
    while (!done()) {
      if (clock_.monotonic() > end) return false;
      scheduler_->io_context().run_one_for(100ms);
    }
    return true;
  }
  // Long enough for whatever is due now to happen.
  void settle() {
    bool over = false;
    scheduler_->after(20ms, [&] { over = true; });
    run_until([&] { return over; });
  }

 private:
  SystemClock clock_;
  std::optional<AsioScheduler> scheduler_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> stay_;
};

class AsioTransportFixture : public AsioSchedulerFixture {
 public:
  explicit AsioTransportFixture(TransportOptions options = {}) : transport_(asio(), options) {}
  Transport& server() { return transport_; }
  Transport& client() { return transport_; }
  Endpoint free_address() const { return {"127.0.0.1", 0}; }

 private:
  AsioTransport transport_;
};

}  // namespace usher::net

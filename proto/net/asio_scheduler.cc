#include "proto/net/asio_scheduler.h"

#include <algorithm>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace usher::net {
namespace {

// Asio adds the wait to the time it is now; a deadline at the end of all time must not overflow.
constexpr Duration kLongestWait = 1h;

constexpr int kOneThread = 1;

}  // namespace

AsioScheduler::AsioScheduler(const Clock& clock)
    : clock_(clock), io_context_(kOneThread), timer_(io_context_) {}

AsioScheduler::~AsioScheduler() {
  while (!timers_.empty()) timers_.take_first();
}

void AsioScheduler::run() {
  auto stay = boost::asio::make_work_guard(io_context_);
  io_context_.run();
  io_context_.restart();
}

void AsioScheduler::stop() { io_context_.stop(); }

void AsioScheduler::post(Callback callback) { boost::asio::post(io_context_, std::move(callback)); }

Scheduler::TimerId AsioScheduler::after(Duration delay, Callback callback) {
  uint64_t number = next_timer_++;
  timers_.add({deadline_after(clock_.monotonic(), delay), number}, std::move(callback));
  arm();
  return TimerId(number);
}

bool AsioScheduler::cancel(TimerId timer) { return timers_.cancel(static_cast<uint64_t>(timer)); }

// A timer that was set for a deadline since cancelled is let fire: cheaper than setting it anew.
void AsioScheduler::arm() {
  auto first = timers_.first();
  if (!first || (armed_for_ && *armed_for_ <= first->deadline)) return;
  armed_for_ = first->deadline;
  Duration wait = std::clamp(first->deadline - clock_.monotonic(), Duration::zero(), kLongestWait);
  timer_.expires_after(wait);
  timer_.async_wait([this](const boost::system::error_code& replaced) {
    if (!replaced) run_due();
  });
}

// Those that become due while others run wait for the next turn, so that sockets get theirs.
void AsioScheduler::run_due() {
  MonotonicTime now = clock_.monotonic();
  // No after() in a callback needs to set the timer: that is done below, once.
  armed_for_ = MonotonicTime();
  for (auto first = timers_.first(); first && first->deadline <= now; first = timers_.first()) {
    timers_.take_first()();
    if (io_context_.stopped()) break;
  }
  armed_for_.reset();
  arm();
}

}  // namespace usher::net

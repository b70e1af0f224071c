#include "processors/hand_scheduler.h"

#include <algorithm>

namespace usher::processors {
namespace {

constexpr WallTime kBegin{1'767'225'600'000'000};

}  // namespace

WallTime HandScheduler::HandClock::wall() const {
  return kBegin +
         std::chrono::duration_cast<std::chrono::microseconds>(scheduler_.now_.since_start() - 1s);
}

Scheduler::TimerId HandScheduler::after(Duration delay, Callback callback) {
  uint64_t number = next_number_++;
  waiting_.emplace(Key{now_ + std::max(delay, Duration::zero()), number}, std::move(callback));
  return TimerId(number);
}

bool HandScheduler::cancel(TimerId timer) {
  return std::erase_if(waiting_, [&](const auto& waiting) {
           return waiting.first.number == static_cast<uint64_t>(timer);
         }) > 0;
}

void HandScheduler::run() {
  while (!waiting_.empty() && waiting_.begin()->first.deadline <= now_) {
    Callback callback = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    callback();
  }
}

void HandScheduler::advance(Duration by) {
  MonotonicTime until = now_ + by;
  run();
  while (!waiting_.empty() && waiting_.begin()->first.deadline <= until) {
    now_ = waiting_.begin()->first.deadline;
    run();
  }
  now_ = until;
}

}  // namespace usher::processors

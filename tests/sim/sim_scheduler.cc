#include "tests/sim/sim_scheduler.h"

#include <algorithm>

namespace usher::sim {

// --- the loop ---

// When its first callback runs. There is one.
MonotonicTime SimLoop::due(const SimScheduler& scheduler) {
  return std::max(scheduler.timers_.first()->deadline, scheduler.frozen_until_);
}

SimScheduler* SimLoop::next() const {
  SimScheduler* next = nullptr;
  net::TimerQueue::Key first;
  for (SimScheduler* scheduler : schedulers_) {
    auto key = scheduler->timers_.first();
    if (!key) continue;
    key->deadline = due(*scheduler);
    if (next && first < *key) continue;
    first = *key;
    next = scheduler;
  }
  return next;
}

bool SimLoop::step() {
  SimScheduler* scheduler = next();
  if (!scheduler) return false;
  now_ = std::max(now_, due(*scheduler));
  ++steps_;
  // The callback may destroy its scheduler.
  Callback callback = scheduler->timers_.take_first();
  callback();
  return true;
}

bool SimLoop::run_until(const std::function<bool()>& done, Duration within) {
  MonotonicTime end = now_ + within;
  while (!done()) {
    SimScheduler* scheduler = next();
    if (!scheduler || due(*scheduler) > end) {
      now_ = end;
      return false;
    }
    step();
  }
  return true;
}

void SimLoop::run_for(Duration time) {
  run_until([] { return false; }, time);
}

// --- the clock ---

SimClock::SimClock(const SimLoop& loop) : loop_(loop) { set_right(); }

void SimClock::set_right() {
  since_ = loop_.now();
  drift_ppm_ = 0;
  auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(since_ - SimLoop::kBegin);
  wall_ = WallTime(1'767'225'600'000'000) + elapsed;
}

WallTime SimClock::wall() const {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  auto elapsed = duration_cast<microseconds>(loop_.now() - since_);
  return wall_ + elapsed + elapsed * drift_ppm_ / 1'000'000;
}

void SimClock::jump_wall(std::chrono::microseconds by) { wall_ = wall_ + by; }

void SimClock::drift_wall(int64_t ppm) {
  wall_ = wall();
  since_ = loop_.now();
  drift_ppm_ = ppm;
}

// --- the scheduler ---

SimScheduler::SimScheduler(SimLoop& loop) : loop_(loop), clock_(loop) {
  loop_.schedulers_.push_back(this);
}

SimScheduler::~SimScheduler() {
  std::erase(loop_.schedulers_, this);
  while (!timers_.empty()) timers_.take_first();
}

Scheduler::TimerId SimScheduler::after(Duration delay, Callback callback) {
  uint64_t number = loop_.next_number_++;
  timers_.add({net::deadline_after(loop_.now(), delay), number}, std::move(callback));
  return TimerId(number);
}

}  // namespace usher::sim

#include "proto/net/timer_queue.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::net {

void TimerQueue::add(Key key, Callback callback) {
  deadlines_.emplace(key.number, key.deadline);
  waiting_.emplace(key, std::move(callback));
}

bool TimerQueue::cancel(uint64_t number) {
  auto deadline = deadlines_.find(number);
  if (deadline == deadlines_.end()) return false;
  // Out of the maps first: what the callback held may call in here while it is destroyed.
  auto cancelled = waiting_.extract(Key{deadline->second, number});
  deadlines_.erase(deadline);
  return true;
}

std::optional<TimerQueue::Key> TimerQueue::first() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

Callback TimerQueue::take_first() {
  CHECK(!waiting_.empty());
  auto taken = waiting_.extract(waiting_.begin());
  deadlines_.erase(taken.key().number);
  return std::move(taken.mapped());
}

MonotonicTime deadline_after(MonotonicTime now, Duration delay) {
  Duration left = Duration::max() - now.since_start();
  return now + std::clamp(delay, Duration::zero(), left);
}

}  // namespace usher::net

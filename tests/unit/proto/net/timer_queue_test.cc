#include "proto/net/timer_queue.h"

#include <string>

#include "tests/doctest.h"

namespace usher::net {
namespace {

MonotonicTime at(Duration time) { return MonotonicTime(time); }

TEST_CASE("timers are taken by deadline, then by number") {
  TimerQueue timers;
  std::string ran;
  EXPECT(!timers.first());
  timers.add({at(2s), 1}, [&] { ran += 'c'; });
  timers.add({at(1s), 3}, [&] { ran += 'b'; });
  timers.add({at(1s), 2}, [&] { ran += 'a'; });
  EXPECT(timers.first() == TimerQueue::Key{at(1s), 2});
  while (!timers.empty()) timers.take_first()();
  EXPECT(ran == "abc");
}

TEST_CASE("a timer is cancelled once, and not after it was taken") {
  TimerQueue timers;
  timers.add({at(1s), 1}, [] {});
  timers.add({at(1s), 2}, [] {});
  EXPECT(timers.cancel(1));
  EXPECT(!timers.cancel(1));
  EXPECT(timers.first()->number == 2);
  timers.take_first();
  EXPECT(!timers.cancel(2));
  EXPECT(!timers.cancel(3));
}

TEST_CASE("a deadline in the past is now, and one beyond all time is its end") {
  EXPECT(deadline_after(at(5s), 2s) == at(7s));
  EXPECT(deadline_after(at(5s), -2s) == at(5s));
  EXPECT(deadline_after(at(5s), Duration::max()) == at(Duration::max()));
}

}  // namespace
}  // namespace usher::net

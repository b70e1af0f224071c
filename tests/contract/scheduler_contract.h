// What every Scheduler must do. A fixture has scheduler(), run_until(condition) which runs
// callbacks until it holds, settle() which lets what is due happen, and destroy_scheduler().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/scheduler.h"

#include "tests/doctest.h"

namespace usher {

template <class Fixture>
void scheduler_posts() {
  Fixture fixture;
  Scheduler& scheduler = fixture.scheduler();
  std::string ran;
  auto run_until_size = [&](size_t size) {
    return fixture.run_until([&] { return ran.size() >= size; });
  };

  SUBCASE("what is posted runs in the order of the calls, and not inside them") {
    scheduler.post([&] { ran += 'a'; });
    scheduler.post([&] { ran += 'b'; });
    scheduler.post([&] { ran += 'c'; });
    EXPECT(ran.empty());
    REQUIRE(run_until_size(3));
    EXPECT(ran == "abc");
  }
  SUBCASE("what a callback posts runs after it, behind what was posted before") {
    scheduler.post([&] {
      scheduler.post([&] { ran += 'c'; });
      ran += 'a';
    });
    scheduler.post([&] { ran += 'b'; });
    REQUIRE(run_until_size(3));
    EXPECT(ran == "abc");
  }
  SUBCASE("a callback may hold what can only be moved, and lets go of it once it has run") {
    auto held = std::make_unique<std::shared_ptr<int>>(std::make_shared<int>(7));
    std::weak_ptr<int> watch = *held;
    scheduler.post([&, held = std::move(held)] { ran += **held == 7 ? '7' : '?'; });
    REQUIRE(run_until_size(1));
    EXPECT(ran == "7");
    EXPECT(watch.expired());
  }
  SUBCASE("a scheduler that is destroyed drops what waits, uncalled") {
    auto held = std::make_shared<int>(7);
    scheduler.post([&, held] { ran += 'a'; });
    scheduler.after(1ms, [&, held] { ran += 'b'; });
    fixture.destroy_scheduler();
    EXPECT(held.use_count() == 1);
    EXPECT(ran.empty());
  }
}

template <class Fixture>
void scheduler_timers() {
  Fixture fixture;
  Scheduler& scheduler = fixture.scheduler();
  std::string ran;
  auto run_until_size = [&](size_t size) {
    return fixture.run_until([&] { return ran.size() >= size; });
  };

  SUBCASE("a timer runs when its delay has passed, not sooner") {
    MonotonicTime start = scheduler.clock().monotonic();
    Duration after_start{0};
    scheduler.after(15ms, [&] {
      after_start = scheduler.clock().monotonic() - start;
      ran += 'a';
    });
    REQUIRE(run_until_size(1));
    EXPECT(after_start >= 15ms);
  }
  SUBCASE("timers run by deadline, those of one deadline in the order of the calls") {
    scheduler.after(12ms, [&] { ran += 'd'; });
    scheduler.after(3ms, [&] { ran += 'a'; });
    scheduler.after(6ms, [&] { ran += 'b'; });
    scheduler.after(6ms, [&] { ran += 'c'; });
    REQUIRE(run_until_size(4));
    EXPECT(ran == "abcd");
  }
  SUBCASE("an earlier timer set later runs first, also when set from a callback") {
    scheduler.after(10ms, [&] { ran += 'b'; });
    scheduler.post([&] { scheduler.after(2ms, [&] { ran += 'a'; }); });
    REQUIRE(run_until_size(2));
    EXPECT(ran == "ab");
  }
  SUBCASE("no delay, or one in the past, is soon, and never inside the call") {
    scheduler.after(Duration::zero(), [&] { ran += 'a'; });
    scheduler.after(-5s, [&] { ran += 'b'; });
    EXPECT(ran.empty());
    scheduler.after(Duration::zero(), [&] {
      scheduler.after(Duration::zero(), [&] { ran += 'd'; });
      ran += 'c';
    });
    REQUIRE(run_until_size(4));
    EXPECT(ran.size() == 4);
    EXPECT(ran.ends_with("cd"));
  }
  SUBCASE("a timer at the end of all time disturbs no other") {
    scheduler.after(Duration::max(), [&] { ran += 'z'; });
    scheduler.after(2ms, [&] { ran += 'a'; });
    REQUIRE(run_until_size(1));
    fixture.settle();
    EXPECT(ran == "a");
  }
  SUBCASE("a timer that keeps setting itself lets others run") {
    int again = 0;
    std::function<void()> repeat = [&] {
      if (++again < 1'000) scheduler.after(Duration::zero(), [&] { repeat(); });
    };
    repeat();
    scheduler.post([&] { ran += 'a'; });
    REQUIRE(run_until_size(1));
    EXPECT(again < 1'000);
    REQUIRE(fixture.run_until([&] { return again == 1'000; }));
  }
}

template <class Fixture>
void scheduler_cancels() {
  Fixture fixture;
  Scheduler& scheduler = fixture.scheduler();
  std::string ran;

  SUBCASE("a cancelled timer never runs, and what it held is gone") {
    auto held = std::make_shared<int>(7);
    auto timer = scheduler.after(2ms, [&, held] { ran += 'a'; });
    EXPECT(held.use_count() == 2);
    EXPECT(scheduler.cancel(timer));
    EXPECT(held.use_count() == 1);
    fixture.settle();
    EXPECT(ran.empty());
    EXPECT(!scheduler.cancel(timer));
  }
  SUBCASE("one timer cancelled leaves the others as they are") {
    scheduler.after(4ms, [&] { ran += 'b'; });
    auto timer = scheduler.after(1ms, [&] { ran += 'x'; });
    scheduler.after(2ms, [&] { ran += 'a'; });
    EXPECT(scheduler.cancel(timer));
    REQUIRE(fixture.run_until([&] { return ran.size() == 2; }));
    EXPECT(ran == "ab");
  }
  SUBCASE("a timer that has run, or runs now, cannot be cancelled") {
    Scheduler::TimerId timer{};
    bool cancelled_inside = true;
    timer = scheduler.after(1ms, [&] {
      cancelled_inside = scheduler.cancel(timer);
      ran += 'a';
    });
    REQUIRE(fixture.run_until([&] { return !ran.empty(); }));
    EXPECT(!cancelled_inside);
    EXPECT(!scheduler.cancel(timer));
  }
  SUBCASE("a callback can cancel one that is due as well") {
    Scheduler::TimerId second{};
    bool cancelled = false;
    scheduler.after(Duration::zero(), [&] {
      ran += 'a';
      cancelled = scheduler.cancel(second);
    });
    second = scheduler.after(Duration::zero(), [&] { ran += 'b'; });
    REQUIRE(fixture.run_until([&] { return !ran.empty(); }));
    fixture.settle();
    EXPECT(cancelled);
    EXPECT(ran == "a");
  }
  SUBCASE("what a cancelled callback held may cancel another while it goes") {
    struct CancelsAnother {
      Scheduler& scheduler;
      Scheduler::TimerId other;
      ~CancelsAnother() { scheduler.cancel(other); }
    };
    auto other = scheduler.after(2ms, [&] { ran += 'b'; });
    auto timer =
        scheduler.after(2ms, [held = std::make_unique<CancelsAnother>(scheduler, other)] {});
    EXPECT(scheduler.cancel(timer));
    fixture.settle();
    EXPECT(ran.empty());
  }
}

// All of the contract, inside a TEST_CASE.
template <class Fixture>
void scheduler_contract() {
  SUBCASE("posts") { scheduler_posts<Fixture>(); }
  SUBCASE("timers") { scheduler_timers<Fixture>(); }
  SUBCASE("cancels") { scheduler_cancels<Fixture>(); }
}

}  // namespace usher

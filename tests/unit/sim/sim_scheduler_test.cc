#include "tests/sim/sim_scheduler.h"

#include <memory>
#include <optional>
#include <string>

#include "tests/doctest.h"

namespace usher::sim {
namespace {

TEST_CASE("simulated time stands still, and goes from one callback to the next") {
  SimLoop loop;
  SimScheduler scheduler(loop);
  MonotonicTime start = loop.now();
  MonotonicTime ran;
  scheduler.after(24h, [&] { ran = loop.now(); });
  EXPECT(loop.now() == start);
  EXPECT(loop.step());
  EXPECT(ran == start + 24h);
  EXPECT(!loop.step());
  EXPECT(loop.now() == start + 24h);
  EXPECT(loop.steps() == 1);
}

TEST_CASE("running for a time moves it exactly so far, and runs what is due by then") {
  SimLoop loop;
  SimScheduler scheduler(loop);
  MonotonicTime start = loop.now();
  std::string ran;
  scheduler.after(1s, [&] { ran += 'a'; });
  scheduler.after(2s, [&] { ran += 'b'; });
  scheduler.after(2s + 1ns, [&] { ran += 'c'; });
  loop.run_for(2s);
  EXPECT(ran == "ab");
  EXPECT(loop.now() == start + 2s);
  EXPECT(!loop.run_until([&] { return ran == "abcd"; }, 1s));
  EXPECT(ran == "abc");
  EXPECT(loop.now() == start + 3s);
  EXPECT(loop.run_until([&] { return ran == "abc"; }, Duration::zero()));
}

TEST_CASE("callbacks of all machines run in one order: time, then call") {
  SimLoop loop;
  SimScheduler a(loop);
  SimScheduler b(loop);
  std::string ran;
  b.after(1s, [&] { ran += '1'; });
  a.after(1s, [&] { ran += '2'; });
  b.post([&] { ran += '0'; });
  a.after(2s, [&] { ran += '4'; });
  b.after(1s, [&] { ran += '3'; });
  loop.run_for(3s);
  EXPECT(ran == "01234");
}

TEST_CASE("a machine that crashes loses what it had planned, even in the middle of it") {
  SimLoop loop;
  std::optional<SimScheduler> crashes(loop);
  SimScheduler other(loop);
  std::string ran;
  crashes->post([&] {
    ran += 'a';
    crashes.reset();
  });
  crashes->post([&] { ran += 'x'; });
  other.after(1s, [&] { ran += 'b'; });
  loop.run_for(2s);
  EXPECT(ran == "ab");
}

TEST_CASE("a wall clock may be wrong, jump and drift; the monotonic one never is") {
  SimLoop loop;
  SimScheduler right(loop);
  SimScheduler wrong(loop);
  EXPECT(to_text(right.clock().wall()) == "2026-01-01T00:00:00.000000Z");
  wrong.sim_clock().jump_wall(-1h);
  EXPECT(right.clock().wall() - wrong.clock().wall() == 1h);
  wrong.sim_clock().jump_wall(1h);
  wrong.sim_clock().drift_wall(100);
  EXPECT(right.clock().wall() == wrong.clock().wall());
  loop.run_for(10'000s);
  EXPECT(wrong.clock().wall() - right.clock().wall() == 1s);
  wrong.sim_clock().drift_wall(-100);
  EXPECT(wrong.clock().wall() - right.clock().wall() == 1s);
  loop.run_for(20'000s);
  EXPECT(right.clock().wall() - wrong.clock().wall() == 1s);
  EXPECT(right.clock().monotonic() == wrong.clock().monotonic());
}

}  // namespace
}  // namespace usher::sim

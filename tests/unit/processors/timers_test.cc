#include "processors/timers.h"

#include "processors/state/memory_store.h"
#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher::processors {
namespace {

using namespace std::string_literals;

struct TimersFixture {
  state::MemoryStore committed;
  state::TaskState state{committed};
  Timers timers{state, TopicId(30)};

  std::string fire(int64_t now) {
    std::string fired;
    while (auto due = timers.take_due(WallTime(now)))
      fired += std::to_string(due->timer.name.deadline.us_since_1970()) + due->timer.name.key +
               std::to_string(due->timer.name.number) + due->processor + " ";
    return fired;
  }
};

TimerName name(int64_t deadline, std::string key, uint64_t number = 0) {
  return {.deadline = WallTime(deadline), .key = std::move(key), .number = number};
}

TEST_CASE("timers fire by deadline, key, number, processor; those that are due, and no others") {
  TimersFixture f;
  f.timers.set(name(9, "a"), "p", "");
  f.timers.set(name(5, "b", 256), "p", "");
  f.timers.set(name(5, "b", 2), "q", "");
  f.timers.set(name(5, "b", 2), "p", "");
  f.timers.set(name(5, "a\0b"s), "p", "");
  f.timers.set(name(5, "a"), "p", "");
  f.timers.set(name(-7, "z"), "p", "");
  EXPECT(f.timers.next_deadline() == WallTime(-7));
  EXPECT(f.fire(4) == "-7z0p ");
  EXPECT(f.fire(5) == "5a0p 5a\0b0p 5b2p 5b2q 5b256p "s);
  EXPECT(f.timers.next_deadline() == WallTime(9));
  EXPECT(f.fire(8).empty());
}

TEST_CASE("the same timer again replaces what it carries, and a cancelled one does not fire") {
  TimersFixture f;
  f.timers.set(name(5, "a"), "p", "1");
  f.timers.set(name(5, "a"), "p", "2");
  f.timers.set(name(4, "a"), "p", "");
  f.timers.cancel(name(4, "a"), "p");
  f.timers.cancel(name(5, "a"), "q");
  EXPECT(f.timers.next_deadline() == WallTime(5));
  auto due = f.timers.take_due(WallTime(5));
  REQUIRE(due);
  EXPECT(due->timer.value == "2");
  EXPECT(!f.timers.next_deadline());
}

TEST_CASE("a name comes back from its bytes, whatever its key, in the order of the names") {
  Random random(1);
  auto any = [&] {
    std::string key(random.below(4), '\0');
    for (char& byte : key) byte = static_cast<char>(random.chance(1, 2) ? 0 : random.below(256));
    return name(static_cast<int64_t>(random.below(3)) - 1, key, random.below(3));
  };
  for (int i = 0; i < 20'000; ++i) {
    TimerName one = any();
    TimerName other = any();
    auto decoded = decode_timer(encode_timer(one, "p"));
    REQUIRE(decoded);
    REQUIRE(decoded->timer.name == one);
    REQUIRE(decoded->processor == "p");
    REQUIRE((encode_timer(one, "p") < encode_timer(other, "p")) == (one < other));
  }
}

TEST_CASE("timers that were taken back are there again") {
  TimersFixture f;
  f.timers.set(name(5, "a"), "p", "");
  auto mark = f.state.mark();
  EXPECT(f.fire(9) == "5a0p ");
  f.timers.set(name(20, "a"), "p", "");
  f.state.rollback(mark);
  f.timers.forget();
  EXPECT(f.timers.next_deadline() == WallTime(5));
  EXPECT(f.fire(30) == "5a0p ");
}

}  // namespace
}  // namespace usher::processors

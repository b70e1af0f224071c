#include "broker/partition/clocks.h"

#include "tests/doctest.h"

namespace usher::partition {
namespace {

using Ms = std::chrono::milliseconds;

std::string stands(size_t brokers, const std::vector<Ms>& ahead) {
  std::vector<std::chrono::microseconds> exact(ahead.begin(), ahead.end());
  switch (standing(brokers, exact)) {
    case ClockStanding::kAgrees:
      return "agrees";
    case ClockStanding::kAlone:
      return "alone";
    case ClockStanding::kUnknown:
      return "unknown";
  }
  return "?";
}

TEST_CASE("a clock stands with a majority, alone against one, or nobody knows") {
  EXPECT(stands(1, {}) == "agrees");
  EXPECT(stands(3, {}) == "unknown");
  EXPECT(stands(3, {Ms(0)}) == "agrees");
  EXPECT(stands(3, {Ms(501)}) == "unknown");  // one of two is wrong, and nobody can say which
  EXPECT(stands(3, {Ms(-500), Ms(9'000)}) == "agrees");
  EXPECT(stands(3, {Ms(9'000), Ms(9'100)}) == "alone");
  EXPECT(stands(3, {Ms(-9'000), Ms(-9'500)}) == "alone");
  EXPECT(stands(3, {Ms(9'000), Ms(9'501)}) == "unknown");
  EXPECT(stands(3, {Ms(-9'000), Ms(9'000)}) == "unknown");
  EXPECT(stands(5, {Ms(9'000), Ms(9'100)}) == "unknown");
  EXPECT(stands(5, {Ms(9'000), Ms(9'100), Ms(9'200)}) == "alone");
  EXPECT(stands(5, {Ms(100), Ms(-100), Ms(9'000), Ms(9'100)}) == "agrees");
}

TEST_CASE("who is near another clock that was heard is not alone") {
  EXPECT(stands(5, {Ms(450), Ms(800), Ms(850), Ms(900)}) == "unknown");
  EXPECT(stands(5, {Ms(510), Ms(800), Ms(850), Ms(900)}) == "alone");
}

constexpr MonotonicTime kAsked{10s};
constexpr WallTime kOurs{1'000'000'000};

TEST_CASE("a comparison counts for five seconds, and only with a short round trip") {
  Clocks clocks(3, kAsked);
  clocks.compare(BrokerId(2), kAsked, kOurs, kAsked + 101ms);
  EXPECT(clocks.standing(kAsked + 101ms, kOurs) == ClockStanding::kUnknown);
  clocks.compare(BrokerId(2), kAsked, kOurs, kAsked + 100ms);
  EXPECT(clocks.standing(kAsked + 100ms, kOurs + 50ms) == ClockStanding::kAgrees);
  EXPECT(clocks.standing(kAsked + 5'050ms, kOurs + 5s) == ClockStanding::kAgrees);
  EXPECT(clocks.standing(kAsked + 5'051ms, kOurs + 5s) == ClockStanding::kUnknown);
}

TEST_CASE("a jump of the own clock shows before anybody is asked again") {
  Clocks clocks(3, kAsked);
  clocks.compare(BrokerId(2), kAsked, kOurs, kAsked);
  clocks.compare(BrokerId(3), kAsked, kOurs, kAsked);
  EXPECT(clocks.standing(kAsked + 1s, kOurs + 1s) == ClockStanding::kAgrees);
  EXPECT(clocks.standing(kAsked + 1s, kOurs + 1h) == ClockStanding::kAlone);
}

// Found by seeds 705588 and 808359 of the simulator.
TEST_CASE("a log does not begin with a clock that nobody could contradict") {
  Clocks clocks(3, kAsked);
  EXPECT(!clocks.may_begin_a_log(kAsked + 1s, kOurs + 1h));
  clocks.compare(BrokerId(2), kAsked + 1s, kOurs, kAsked + 1s);
  EXPECT(clocks.may_begin_a_log(kAsked + 1s, kOurs));
  EXPECT(!clocks.may_begin_a_log(kAsked + 1s, kOurs + 1h));
  // Where nobody agrees, anyone leads, after a while.
  EXPECT(clocks.may_begin_a_log(kAsked + 6s, kOurs + 1h));
  EXPECT(Clocks(1, kAsked).may_begin_a_log(kAsked, kOurs));
}

TEST_CASE("a log's time is a believed clock's, or moves as the monotonic one does") {
  constexpr WallTime kLast{5'000'000};
  auto next = [&](ClockStanding standing, WallTime ours) {
    return next_time(standing, ours, kLast, kAsked, kAsked + 2s);
  };
  EXPECT(next(ClockStanding::kAgrees, kLast + 1h) == kLast + 1h);
  EXPECT(next(ClockStanding::kAgrees, WallTime(1)) == kLast);
  for (ClockStanding standing : {ClockStanding::kAlone, ClockStanding::kUnknown}) {
    EXPECT(next(standing, kLast + 1h) == kLast + 2s);
    EXPECT(next(standing, WallTime(1)) == kLast + 2s);
  }
  EXPECT(next_time(ClockStanding::kUnknown, kOurs, WallTime(), kAsked, kAsked) == kOurs);
}

}  // namespace
}  // namespace usher::partition

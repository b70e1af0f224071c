#include "proto/base/random.h"

#include <array>
#include <limits>
#include <set>

#include "tests/doctest.h"

namespace usher {
namespace {

TEST_CASE("the same seed gives the same numbers, another seed others") {
  Random a(1), b(1), c(2);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    uint64_t drawn = a.next();
    REQUIRE(drawn == b.next());
    differs |= drawn != c.next();
  }
  EXPECT(differs);
}

TEST_CASE("the numbers of a seed are for ever: recorded seeds go on meaning what they meant") {
  Random random(42);
  EXPECT(random.next() == 15'021'278'609'987'233'951u);
  EXPECT(random.next() == 5'881'210'131'331'364'753u);
  EXPECT(Random(42).stream("network").next() == Random(42).stream("network").next());
}

TEST_CASE("a stream depends on seed and name, not on what was drawn before") {
  Random a(1), b(1);
  for (int i = 0; i < 10; ++i) a.next();
  EXPECT(a.stream("disk").next() == b.stream("disk").next());
  EXPECT(b.stream("disk").next() != b.stream("network").next());
  EXPECT(b.stream("disk").next() != Random(2).stream("disk").next());
  EXPECT(b.stream("disk").next() != b.next());
}

TEST_CASE("a stream of a stream is its own") {
  Random root(1);
  std::set<uint64_t> first = {root.stream("a").stream("b").next(), root.stream("b").next(),
                              root.stream("a").next(), root.stream("b").stream("a").next()};
  EXPECT(first.size() == 4);
}

TEST_CASE("numbers below a bound reach every value, about equally often") {
  Random random(3);
  std::array<int, 6> seen{};
  for (int i = 0; i < 60'000; ++i) ++seen[random.below(6)];
  for (int count : seen) {
    EXPECT(count > 9'500);
    EXPECT(count < 10'500);
  }
  EXPECT(random.below(1) == 0);
}

TEST_CASE("numbers below a bound near the top are not drawn to the low end") {
  Random random(4);
  constexpr uint64_t kBound = 3ull << 62;
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += random.below(kBound) < kBound / 3;
  EXPECT(low > 9'500);
  EXPECT(low < 10'500);
}

TEST_CASE("a range includes both of its ends") {
  Random random(5);
  std::set<uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.between(uint64_t{7}, uint64_t{9}));
  EXPECT(seen == std::set<uint64_t>{7, 8, 9});
  EXPECT(random.between(uint64_t{5}, uint64_t{5}) == 5);
  random.between(uint64_t{0}, std::numeric_limits<uint64_t>::max());
  for (int i = 0; i < 1'000; ++i) {
    Duration delay = random.between(Duration(20ms), Duration(2s));
    REQUIRE(delay >= 20ms);
    REQUIRE(delay <= 2s);
  }
}

TEST_CASE("chances are as stated") {
  Random random(6);
  int hits = 0;
  for (int i = 0; i < 40'000; ++i) hits += random.chance(1, 4);
  EXPECT(hits > 9'500);
  EXPECT(hits < 10'500);
  EXPECT(!random.chance(0, 10));
  EXPECT(random.chance(10, 10));
}

TEST_CASE("the machine gives another seed each time") {
  EXPECT(seed_from_system() != seed_from_system());
}

}  // namespace
}  // namespace usher

#include "tools/audit/seats/entries.h"

#include <fmt/format.h>

#include "proto/base/random.h"
#include "tools/audit/seats/timer_key.h"

#include "tests/doctest.h"

namespace usher::audit {
namespace {

TEST_CASE("packed entries are what a map would be, whatever is put, changed and erased") {
  Random random(1);
  Entries entries;
  std::map<std::string, std::string, std::less<>> naive;
  for (int i = 0; i < 20'000; ++i) {
    std::string key = fmt::format("k{}", random.below(2'000));
    if (random.chance(1, 3)) {
      EXPECT(entries.erase(key) == (naive.erase(key) > 0));
    } else {
      std::string value(random.below(random.chance(1, 50) ? 9'000 : 60),
                        static_cast<char>('a' + i % 26));
      entries.put(key, value);
      naive[key] = value;
    }
    std::string asked = fmt::format("k{}", random.below(2'000));
    auto found = naive.find(asked);
    auto got = entries.get(asked);
    EXPECT(got.has_value() == (found != naive.end()));
    if (got) EXPECT(*got == found->second);
  }
  EXPECT(entries.size() == naive.size());
  for (std::string_view from : {"", "k1", "k1500", "z"}) {
    auto right = naive.lower_bound(from);
    entries.scan(from, [&](std::string_view key, std::string_view value) {
      REQUIRE(right != naive.end());
      EXPECT(key == right->first);
      EXPECT(value == right->second);
      ++right;
      return true;
    });
    EXPECT(right == naive.end());
  }
}

TEST_CASE("a timer's key is read back, and what is due first stands first") {
  using namespace std::string_literals;
  seats::TimerName early{WallTime(-5), "b\0c"s, 1};
  seats::TimerName late{WallTime(7), "a", 2};
  EXPECT(timer_key(early, "p") < timer_key(late, "p"));
  auto read = timer_of_key(timer_key(early, "p"));
  REQUIRE(read.has_value());
  EXPECT(read->name == early);
  EXPECT(read->processor == "p");
  EXPECT(!timer_of_key("short").has_value());
}

}  // namespace
}  // namespace usher::audit

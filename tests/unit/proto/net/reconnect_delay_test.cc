#include "proto/net/reconnect_delay.h"

#include "tests/doctest.h"

namespace usher::net {
namespace {

TEST_CASE("each attempt waits between half and all of a step that doubles up to a longest one") {
  struct {
    uint32_t attempt;
    Duration least, most;
  } cases[] = {{0, 10ms, 20ms}, {1, 20ms, 40ms}, {2, 40ms, 80ms}, {6, 640ms, 1280ms},
               {7, 1s, 2s},     {8, 1s, 2s},     {40, 1s, 2s},    {UINT32_MAX, 1s, 2s}};
  for (const auto& [attempt, least, most] : cases) {
    CAPTURE(attempt);
    Random random(attempt);
    Duration shortest = Duration::max();
    Duration longest = Duration::zero();
    for (int i = 0; i < 1'000; ++i) {
      Duration delay = reconnect_delay(attempt, random);
      shortest = std::min(shortest, delay);
      longest = std::max(longest, delay);
    }
    EXPECT(shortest >= least);
    EXPECT(longest <= most);
    // Spread over all of it, so that those who fail together do not come back together.
    EXPECT(longest - shortest > (most - least) * 9 / 10);
  }
}

}  // namespace
}  // namespace usher::net

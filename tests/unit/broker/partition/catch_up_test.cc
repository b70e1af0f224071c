#include "broker/partition/catch_up.h"

#include "tests/doctest.h"

namespace usher::partition {
namespace {

constexpr MonotonicTime kBegin{1s};

TEST_CASE("the first piece leaves at once, the next when it is paid for") {
  CatchUpPace pace(1'000'000);
  EXPECT(pace.hold_back(500'000, kBegin) == 0s);
  EXPECT(pace.hold_back(100'000, kBegin) == 500ms);
  EXPECT(pace.hold_back(100'000, kBegin + 100ms) == 500ms);
  EXPECT(pace.bytes() == 700'000);
}

TEST_CASE("what was not used is not saved up") {
  CatchUpPace pace(1'000'000);
  EXPECT(pace.hold_back(1'000, kBegin) == 0s);
  EXPECT(pace.hold_back(1'000'000, kBegin + 60s) == 0s);
  EXPECT(pace.hold_back(1, kBegin + 60s) == 1s);
}

}  // namespace
}  // namespace usher::partition

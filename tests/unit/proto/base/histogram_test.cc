#include "proto/base/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher {
namespace {

constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();

// The percentile as its definition says it: the smallest value that so many are not above.
uint64_t exact_percentile(std::vector<uint64_t> values, double percent) {
  std::ranges::sort(values);
  auto rank = static_cast<size_t>(std::ceil(percent * static_cast<double>(values.size()) / 100));
  return values[std::max<size_t>(rank, 1) - 1];
}

TEST_CASE("an empty histogram is all zeros") {
  Histogram histogram;
  EXPECT(histogram.count() == 0);
  EXPECT(histogram.sum() == 0);
  EXPECT(histogram.max() == 0);
  EXPECT(histogram.percentile(50) == 0);
  EXPECT(histogram.percentile(100) == 0);
}

TEST_CASE("small values are kept exactly") {
  Histogram histogram;
  for (uint64_t value = 0; value < 64; ++value) histogram.record(value);
  for (uint64_t value = 0; value < 64; ++value)
    EXPECT(histogram.percentile(100.0 * static_cast<double>(value + 1) / 64) == value);
}

TEST_CASE("a single value of any size is its own percentile") {
  for (int bits = 0; bits < 64; ++bits)
    for (uint64_t value : {uint64_t{1} << bits, (uint64_t{1} << bits) - 1, kLargest >> bits}) {
      Histogram histogram;
      histogram.record(value);
      REQUIRE(histogram.percentile(0) == value);
      REQUIRE(histogram.percentile(100) == value);
      REQUIRE(histogram.max() == value);
    }
}

TEST_CASE("percentiles are never below the exact ones, and above them by less than 1/32") {
  Random random(15);
  for (int round = 0; round < 50; ++round) {
    Histogram histogram;
    std::vector<uint64_t> values;
    for (int i = 0; i < 1'000; ++i) {
      values.push_back(random.next() >> random.between(0, 60));
      histogram.record(values.back());
    }
    for (double percent : {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
      uint64_t exact = exact_percentile(values, percent);
      uint64_t said = histogram.percentile(percent);
      REQUIRE(said >= exact);
      REQUIRE(said - exact <= exact / 32);
    }
    REQUIRE(histogram.percentile(100) == histogram.max());
  }
}

TEST_CASE("the 99.9th percentile of a thousand records is the second largest, not the largest") {
  Histogram histogram;
  histogram.record(1, 999);
  histogram.record(1'000'000);
  EXPECT(histogram.percentile(99.9) == 1);
  EXPECT(histogram.percentile(99.91) == 1'000'000);
}

TEST_CASE("count, sum and maximum are exact") {
  Histogram histogram;
  histogram.record(1'000'003);
  histogram.record(7, 3);
  EXPECT(histogram.count() == 4);
  EXPECT(histogram.sum() == 1'000'024);
  EXPECT(histogram.max() == 1'000'003);
}

TEST_CASE("merged histograms are the histogram of everything") {
  Random random(16);
  Histogram whole, left, right;
  for (int i = 0; i < 10'000; ++i) {
    uint64_t value = random.next() >> random.between(0, 60);
    whole.record(value);
    (random.chance(1, 3) ? left : right).record(value);
  }
  left.merge(right);
  EXPECT(left.count() == whole.count());
  EXPECT(left.sum() == whole.sum());
  EXPECT(left.max() == whole.max());
  for (int percent = 0; percent <= 100; ++percent)
    EXPECT(left.percentile(percent) == whole.percentile(percent));
}

TEST_CASE(
    "a reader beside the thread that records sees counts that only rise and never too low a "
    "maximum") {
  Histogram histogram;
  constexpr uint64_t kRecords = 200'000;
  std::thread recorder([&] {
    for (uint64_t value = 1; value <= kRecords; ++value) histogram.record(value);
  });
  for (uint64_t seen = 0; seen < kRecords;) {
    uint64_t count = histogram.count();
    REQUIRE(count >= seen);
    REQUIRE(histogram.max() >= count);
    seen = count;
  }
  recorder.join();
  EXPECT(histogram.count() == kRecords);
}

}  // namespace
}  // namespace usher

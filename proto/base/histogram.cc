#include "proto/base/histogram.h"

#include <algorithm>
#include <cmath>

#include "proto/base/check.h"

namespace usher {

uint64_t Histogram::highest_in(size_t bucket) {
  if (bucket < 2 * kPerDoubling) return bucket;
  size_t shift = bucket / kPerDoubling - 1;
  uint64_t top_bits = bucket % kPerDoubling + kPerDoubling;
  return (top_bits << shift) + ((uint64_t{1} << shift) - 1);
}

void Histogram::merge(const Histogram& other) {
  max_.store(std::max(max(), other.max()), std::memory_order_relaxed);
  add(sum_, other.sum());
  for (size_t i = 0; i < kBuckets; ++i)
    add(buckets_[i], other.buckets_[i].load(std::memory_order_acquire));
}

uint64_t Histogram::count() const {
  uint64_t count = 0;
  for (const Cell& cell : buckets_) count += cell.load(std::memory_order_acquire);
  return count;
}

uint64_t Histogram::percentile(double percent) const {
  CHECK(percent >= 0 && percent <= 100);
  std::array<uint64_t, kBuckets> seen;
  uint64_t count = 0;
  for (size_t i = 0; i < kBuckets; ++i)
    count += seen[i] = buckets_[i].load(std::memory_order_acquire);
  // The rank of the record asked for, from 1. Multiplied first: 99.9 / 100 would round upwards.
  auto rank = static_cast<uint64_t>(std::ceil(percent * static_cast<double>(count) / 100));
  rank = std::clamp<uint64_t>(rank, 1, std::max<uint64_t>(count, 1));
  uint64_t passed = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    passed += seen[i];
    if (passed >= rank) return std::min(highest_in(i), max());
  }
  return 0;
}

}  // namespace usher

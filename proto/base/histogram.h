// How long things took, or how large they were: counts in buckets that grow with the value, so that
// memory is fixed (15 KiB) and every answer is within 1/32 of the truth. Histograms merge.
// One thread records; any thread may read meanwhile and sees every record made before some moment,
// and perhaps some of those after it.
//
//     value   0 1 2 … 31 | 32 33 … 63 | 64 66 … 126 | 128 132 … 252 | …    up to 2^64 - 1
//     buckets one each   | one each   | two values  | four values   | …    32 to each doubling
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace usher {

class Histogram {
 public:
  // A few nanoseconds: no lock, no read-modify-write.
  void record(uint64_t value) { record(value, 1); }
  void record(uint64_t value, uint64_t times) {
    if (value > max_.load(std::memory_order_relaxed)) max_.store(value, std::memory_order_relaxed);
    add(sum_, value * times);
    // Last: whoever sees the record counted sees it in max and sum too.
    add(buckets_[bucket_of(value)], times);
  }
  // Adds what the other has seen; counts as recording.
  void merge(const Histogram& other);

  uint64_t count() const;
  // Exact, modulo 2^64.
  uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
  // Exact; 0 where nothing was recorded.
  uint64_t max() const { return max_.load(std::memory_order_relaxed); }
  // A value v such that `percent` of all records are at most v: never below the exact percentile,
  // and above it by less than 1/32 of it. 0 where nothing was recorded; percent is from 0 to 100.
  uint64_t percentile(double percent) const;

 private:
  using Cell = std::atomic<uint64_t>;
  static constexpr int kBits = 5;
  static constexpr size_t kPerDoubling = size_t{1} << kBits;
  static constexpr size_t kBuckets = (64 - kBits + 1) * kPerDoubling;

  // The highest kBits + 1 bits of a value, and how far they were shifted, name its bucket.
  static size_t bucket_of(uint64_t value) {
    int shift = std::max(0, static_cast<int>(std::bit_width(value)) - (kBits + 1));
    return static_cast<size_t>(shift) * kPerDoubling + (value >> shift);
  }
  static uint64_t highest_in(size_t bucket);
  static void add(Cell& cell, uint64_t amount) {
    cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_release);
  }

  std::array<Cell, kBuckets> buckets_{};
  Cell sum_{0};
  Cell max_{0};
};

}  // namespace usher

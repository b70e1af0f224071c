// One row's free seats as a number of W words, and what allocation asks of it in a few instructions
// a word: where blocks begin, which of those leave no orphan, which is nearest to the centre. Bit b
// is seat b + 1; bits past the row are 0, so the row's end looks taken.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace usher::seats {

template <size_t W>
struct RowBits {
  std::array<uint64_t, W> words{};

  bool any() const {
    uint64_t all = 0;
    for (uint64_t word : words) all |= word;
    return all != 0;
  }
  // Towards lower seats and towards higher ones, by 1 to 63.
  RowBits down(unsigned by) const {
    RowBits to;
    for (size_t i = 0; i + 1 < W; ++i) to.words[i] = words[i] >> by | words[i + 1] << (64 - by);
    to.words[W - 1] = words[W - 1] >> by;
    return to;
  }
  RowBits up(unsigned by) const {
    RowBits to;
    to.words[0] = words[0] << by;
    for (size_t i = 1; i < W; ++i) to.words[i] = words[i] << by | words[i - 1] >> (64 - by);
    return to;
  }
  RowBits operator&(const RowBits& other) const {
    RowBits to;
    for (size_t i = 0; i < W; ++i) to.words[i] = words[i] & other.words[i];
    return to;
  }
  RowBits without(const RowBits& other) const {
    RowBits to;
    for (size_t i = 0; i < W; ++i) to.words[i] = words[i] & ~other.words[i];
    return to;
  }
};

// A bit where `count` free seats begin; count is 1 to 63.
template <size_t W>
RowBits<W> block_starts(const RowBits<W>& free, unsigned count) {
  RowBits<W> starts = free;
  for (unsigned have = 1; have < count;) {
    unsigned step = have < count - have ? have : count - have;
    starts = starts & starts.down(step);
    have += step;
  }
  return starts;
}

// Of those, the ones that leave no new orphan: not exactly one free seat on either side, up to what
// is taken or the end. (A seat that the block leaves alone was not alone before: it had the block.)
template <size_t W>
RowBits<W> without_orphans(const RowBits<W>& free, const RowBits<W>& starts, unsigned count) {
  RowBits<W> alone_before = free.up(1).without(free.up(2));
  RowBits<W> alone_behind = free.down(count).without(free.down(count + 1));
  return starts.without(alone_before).without(alone_behind);
}

// Of these starts, of which there is one, that whose block's centre is nearest to the row's; of two
// the lower.
// Twice the distance of a block from bit s is |2 s - (seats - count)|.
template <size_t W>
size_t nearest_to_centre(const RowBits<W>& starts, size_t seats, size_t count) {
  constexpr size_t kNone = ~size_t{0};
  size_t slack = seats - count, middle = slack / 2;
  size_t low = kNone, high = kNone;
  uint64_t upto = ~uint64_t{0} >> (63 - middle % 64);
  for (size_t word = middle / 64 + 1; word-- > 0 && low == kNone;) {
    uint64_t bits = starts.words[word] & (word == middle / 64 ? upto : ~uint64_t{0});
    if (bits != 0) low = word * 64 + 63 - static_cast<size_t>(std::countl_zero(bits));
  }
  for (size_t word = middle / 64; word < W && high == kNone; ++word) {
    uint64_t bits = starts.words[word] & (word == middle / 64 ? ~upto : ~uint64_t{0});
    if (bits != 0) high = word * 64 + static_cast<size_t>(std::countr_zero(bits));
  }
  if (low == kNone) return high;
  if (high == kNone) return low;
  return slack - 2 * low <= 2 * high - slack ? low : high;
}

}  // namespace usher::seats

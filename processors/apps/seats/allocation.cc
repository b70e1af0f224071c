#include "processors/apps/seats/allocation.h"

#include <algorithm>
#include <optional>

#include "processors/apps/seats/row_bits.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::seats {
namespace {

static_assert(limits::kSeatsPerReservation < 63, "blocks are shifted within a word");
static_assert(limits::kSeatsPerRow <= 16 * 64, "a row is at most sixteen words");

template <size_t W>
RowBits<W> free_of(const SectionMap& map, size_t row) {
  RowBits<W> free;
  for (size_t word = 0; word < map.words_per_row(); ++word)
    free.words[word] = map.free_word(row, word);
  return free;
}

// The block's first seat.
template <size_t W>
std::optional<Seat> best_block(const SectionMap& map, unsigned count) {
  if (count > map.seats_per_row()) return std::nullopt;
  auto seat = [&](size_t row, const RowBits<W>& starts) {
    size_t start = nearest_to_centre(starts, map.seats_per_row(), count);
    return Seat{.row = static_cast<uint16_t>(row + 1), .number = static_cast<uint16_t>(start + 1)};
  };
  std::optional<Seat> any;
  for (size_t row = 0; row < map.rows(); ++row) {
    RowBits<W> free = free_of<W>(map, row);
    RowBits<W> starts = block_starts(free, count);
    if (!starts.any()) continue;
    RowBits<W> good = without_orphans(free, starts, count);
    if (good.any()) return seat(row, good);
    if (!any) any = seat(row, starts);
  }
  return any;
}

// The longest run of free seats; at most `most`, which no run is longer than.
template <size_t W>
unsigned longest_run(const SectionMap& map, unsigned most) {
  unsigned longest = 0;
  for (size_t row = 0; row < map.rows() && longest < most; ++row) {
    RowBits<W> free = free_of<W>(map, row);
    while (longest < most && block_starts(free, longest + 1).any()) ++longest;
  }
  return longest;
}

void append_block(std::vector<Seat>& to, Seat first, unsigned count) {
  for (unsigned i = 0; i < count; ++i)
    to.push_back({.row = first.row, .number = static_cast<uint16_t>(first.number + i)});
}

// No block fits, there are enough seats: the longest run, as often as it takes.
template <size_t W>
std::vector<Seat> in_pieces(SectionMap left, unsigned count) {
  std::vector<Seat> seats;
  for (unsigned rest = count; rest > 0;) {
    unsigned size = rest;
    std::optional<Seat> first = best_block<W>(left, size);
    if (!first) {
      size = longest_run<W>(left, rest - 1);
      first = best_block<W>(left, size);
    }
    CHECK(first, "as many seats are free as are still to be found");
    size_t from = seats.size();
    append_block(seats, *first, size);
    for (size_t i = from; i < seats.size(); ++i) left.set(seats[i], SeatState::kReserved);
    rest -= size;
  }
  std::ranges::sort(seats);
  return seats;
}

template <size_t W>
Allocation allocate(const SectionMap& map, unsigned count, bool split) {
  if (std::optional<Seat> first = best_block<W>(map, count)) {
    std::vector<Seat> seats;
    seats.reserve(count);
    append_block(seats, *first, count);
    return seats;
  }
  if (split) return in_pieces<W>(map, count);
  return std::unexpected(
      Why{.reason = Reason::kNoAdjacentSeats, .a = longest_run<W>(map, count - 1), .b = 0});
}

}  // namespace

Allocation best_available(const SectionMap& map, uint32_t count, bool split) {
  CHECK(count >= 1 && count <= limits::kSeatsPerReservation);
  if (map.available() < count)
    return std::unexpected(Why{.reason = Reason::kSoldOut, .a = map.available(), .b = 0});
  size_t words = map.words_per_row();
  if (words == 1) return allocate<1>(map, count, split);
  if (words == 2) return allocate<2>(map, count, split);
  if (words <= 4) return allocate<4>(map, count, split);
  return allocate<16>(map, count, split);
}

Allocation exact_seats(const SectionMap& map, std::vector<Seat> seats) {
  std::ranges::sort(seats);
  for (Seat seat : seats)
    if (map.state(seat) != SeatState::kAvailable)
      return std::unexpected(Why{.reason = Reason::kSeatTaken, .a = seat.row, .b = seat.number});
  return seats;
}

}  // namespace usher::seats

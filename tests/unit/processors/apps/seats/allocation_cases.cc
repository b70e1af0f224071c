#include "tests/unit/processors/apps/seats/allocation_cases.h"

#include <fmt/format.h>

#include "processors/apps/seats/allocation.h"

#include "tests/unit/processors/apps/seats/allocation_oracle.h"

namespace usher::seats {
namespace {

// Runs and gaps of random lengths, or single seats: both kinds of wear occur.
std::string random_row(Random& random, uint64_t seats, uint64_t density, bool runs) {
  std::string row(seats, '.');
  for (size_t i = 0; i < seats;) {
    uint64_t length = runs ? random.between(1, 6) : 1;
    bool taken = random.below(100) < density;
    for (uint64_t end = std::min<uint64_t>(seats, i + length); i < end; ++i)
      if (taken) row[i] = "RSX"[random.below(3)];
  }
  return row;
}

SectionMap map_of(const oracle::Rows& rows) {
  SectionMap map(static_cast<uint16_t>(rows.size()), static_cast<uint16_t>(rows[0].size()));
  for (size_t row = 0; row < rows.size(); ++row)
    for (size_t i = 0; i < rows[row].size(); ++i) {
      SeatState state = rows[row][i] == 'R'   ? SeatState::kReserved
                        : rows[row][i] == 'S' ? SeatState::kSold
                        : rows[row][i] == 'X' ? SeatState::kBlocked
                                              : SeatState::kAvailable;
      map.set({.row = static_cast<uint16_t>(row + 1), .number = static_cast<uint16_t>(i + 1)},
              state);
    }
  return map;
}

oracle::Answer in_oracles_words(const Allocation& allocation) {
  oracle::Answer answer{.word = "seats", .seats = {}, .figure = 0};
  if (!allocation)
    return {.word = std::string(name_of(allocation.error().reason)),
            .seats = {},
            .figure = static_cast<int>(allocation.error().a)};
  for (Seat seat : *allocation) answer.seats.emplace_back(seat.row, seat.number);
  return answer;
}

std::string in_words(const oracle::Answer& answer) {
  std::string text = fmt::format("{} {}", answer.word, answer.figure);
  for (auto [row, number] : answer.seats) text += fmt::format(" {}-{}", row, number);
  return text;
}

std::string try_case(Random& random, uint64_t rows, uint64_t seats) {
  uint64_t density = random.below(101);
  bool runs = random.chance(1, 2);
  oracle::Rows section;
  for (uint64_t row = 0; row < rows; ++row)
    section.push_back(random_row(random, seats, density, runs));
  auto count =
      static_cast<uint32_t>(random.chance(3, 4) ? random.between(1, 5) : random.between(1, 20));
  bool split = random.chance(1, 3);
  oracle::Answer right = oracle::best_available(section, static_cast<int>(count), split);
  oracle::Answer ours = in_oracles_words(best_available(map_of(section), count, split));
  if (ours == right) return "";
  std::string text = fmt::format("{} seats{} of\n", count, split ? ", split," : "");
  for (const std::string& row : section) text += row + "\n";
  return text + "are " + in_words(right) + ", not " + in_words(ours);
}

}  // namespace

std::string try_random_allocation(Random& random, uint64_t side) {
  return try_case(random, random.between(1, side), random.between(1, side));
}

std::string try_mixed_allocation(Random& random) {
  uint64_t kind = random.below(4000);
  if (kind < 4) return try_random_allocation(random, 200);
  if (kind < 40) return try_case(random, random.between(1, 4), random.between(60, 200));
  if (kind < 60) return try_case(random, random.between(1, 2), random.between(120, 1000));
  return try_random_allocation(random, kind < 3000 ? 9 : 24);
}

}  // namespace usher::seats

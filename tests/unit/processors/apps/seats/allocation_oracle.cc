#include "tests/unit/processors/apps/seats/allocation_oracle.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

namespace usher::seats::oracle {
namespace {

bool is_free(const std::string& row, int number) {
  return number >= 1 && number <= static_cast<int>(row.size()) &&
         row[static_cast<size_t>(number - 1)] == '.';
}

bool is_orphan(const std::string& row, int number) {
  return is_free(row, number) && !is_free(row, number - 1) && !is_free(row, number + 1);
}

bool leaves_new_orphan(const std::string& before, const std::string& after) {
  for (int number = 1; number <= static_cast<int>(after.size()); ++number)
    if (is_orphan(after, number) && !is_orphan(before, number)) return true;
  return false;
}

struct Block {
  bool orphan;
  int row;
  double distance;
  int first;
};

// The first by the contract's order, if any fits.
std::optional<Block> best_block(const Rows& rows, int count) {
  std::optional<Block> best;
  for (int row = 1; row <= static_cast<int>(rows.size()); ++row) {
    const std::string& seats = rows[static_cast<size_t>(row - 1)];
    for (int first = 1; first + count - 1 <= static_cast<int>(seats.size()); ++first) {
      bool fits = true;
      for (int number = first; number < first + count; ++number)
        fits = fits && is_free(seats, number);
      if (!fits) continue;
      std::string after = seats;
      for (int number = first; number < first + count; ++number)
        after[static_cast<size_t>(number - 1)] = 'x';
      double block_centre = first + (count - 1) / 2.0;
      double row_centre = (1 + static_cast<double>(seats.size())) / 2.0;
      Block block{.orphan = leaves_new_orphan(seats, after),
                  .row = row,
                  .distance = std::abs(block_centre - row_centre),
                  .first = first};
      auto order = [](const Block& b) { return std::tuple(b.orphan, b.row, b.distance, b.first); };
      if (!best || order(block) < order(*best)) best = block;
    }
  }
  return best;
}

int free_seats(const Rows& rows) {
  int free = 0;
  for (const std::string& row : rows) free += static_cast<int>(std::ranges::count(row, '.'));
  return free;
}

int longest_run(const Rows& rows) {
  int longest = 0;
  for (const std::string& row : rows) {
    int run = 0;
    for (char seat : row) {
      run = seat == '.' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
  }
  return longest;
}

void take(Rows& rows, const Block& block, int count, Answer& answer) {
  for (int number = block.first; number < block.first + count; ++number) {
    rows[static_cast<size_t>(block.row - 1)][static_cast<size_t>(number - 1)] = 'x';
    answer.seats.emplace_back(block.row, number);
  }
}

}  // namespace

Answer best_available(Rows rows, int count, bool split) {
  if (free_seats(rows) < count)
    return {.word = "SOLD_OUT", .seats = {}, .figure = free_seats(rows)};
  Answer answer{.word = "seats", .seats = {}, .figure = 0};
  int rest = count;
  while (rest > 0) {
    int size = rest;
    std::optional<Block> block = best_block(rows, size);
    if (!block && !split)
      return {.word = "NO_ADJACENT_SEATS", .seats = {}, .figure = longest_run(rows)};
    if (!block) {
      size = longest_run(rows);
      block = best_block(rows, size);
    }
    take(rows, *block, size, answer);
    rest -= size;
  }
  std::ranges::sort(answer.seats);
  return answer;
}

}  // namespace usher::seats::oracle

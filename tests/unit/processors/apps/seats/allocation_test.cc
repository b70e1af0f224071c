#include "processors/apps/seats/allocation.h"

#include <fmt/format.h>

#include "tests/doctest.h"
#include "tests/unit/processors/apps/seats/allocation_cases.h"

namespace usher::seats {
namespace {

// Rows as strings; "1-5,1-6" or the reason and its number.
std::string allocate(const std::vector<std::string>& rows, uint32_t count, bool split = false) {
  SectionMap map(static_cast<uint16_t>(rows.size()), static_cast<uint16_t>(rows[0].size()));
  for (uint16_t row = 1; row <= map.rows(); ++row)
    for (uint16_t number = 1; number <= map.seats_per_row(); ++number)
      if (rows[row - 1U][number - 1U] != '.')
        map.set({.row = row, .number = number}, SeatState::kSold);
  Allocation got = best_available(map, count, split);
  if (!got) return fmt::format("{} {}", name_of(got.error().reason), got.error().a);
  std::string seats;
  for (Seat seat : *got)
    seats += fmt::format("{}{}-{}", seats.empty() ? "" : ",", seat.row, seat.number);
  return seats;
}

TEST_CASE("the contract's examples come out as they are written") {
  EXPECT(allocate({".........."}, 2) == "1-5,1-6");
  EXPECT(allocate({".........."}, 3) == "1-4,1-5,1-6");
  EXPECT(allocate({"...SSS...."}, 1) == "1-7");
  EXPECT(allocate({"...."}, 3) == "1-1,1-2,1-3");
}

TEST_CASE("a higher row without a new orphan comes before a lower row with one") {
  EXPECT(allocate({"....XX", "......"}, 3) == "2-1,2-2,2-3");
  EXPECT(allocate({"....XX", "X....."}, 3) == "2-2,2-3,2-4");
}

TEST_CASE("a seat that was an orphan before is none of the block's doing") {
  EXPECT(allocate({".X...X"}, 3) == "1-3,1-4,1-5");
  EXPECT(allocate({".X.X"}, 1) == "1-3");
}

TEST_CASE("fewer free than asked for is SOLD_OUT, with split too") {
  EXPECT(allocate({"X.X."}, 3) == "SOLD_OUT 2");
  EXPECT(allocate({"X.X."}, 3, true) == "SOLD_OUT 2");
  EXPECT(allocate({"XXXX"}, 1) == "SOLD_OUT 0");
}

TEST_CASE("no block long enough names the longest run, unless split was asked for") {
  EXPECT(allocate({"..X..", "X...X"}, 4) == "NO_ADJACENT_SEATS 3");
  EXPECT(allocate({"..X..", "X...X"}, 4, true) == "1-2,2-2,2-3,2-4");
  EXPECT(allocate({".X.", "X.X"}, 3, true) == "1-1,1-3,2-2");
}

TEST_CASE("split takes one block where one fits") {
  EXPECT(allocate({"....", "XX.."}, 4, true) == "1-1,1-2,1-3,1-4");
}

TEST_CASE("exact seats are all available, or the first that is not is named") {
  SectionMap map(2, 70);
  map.set({.row = 2, .number = 66}, SeatState::kBlocked);
  Allocation free = exact_seats(map, {{.row = 2, .number = 65}, {.row = 1, .number = 3}});
  REQUIRE(free.has_value());
  EXPECT(*free == std::vector<Seat>{{.row = 1, .number = 3}, {.row = 2, .number = 65}});
  Allocation taken = exact_seats(map, {{.row = 2, .number = 66}, {.row = 1, .number = 3}});
  REQUIRE(!taken.has_value());
  EXPECT(taken.error() == Why{.reason = Reason::kSeatTaken, .a = 2, .b = 66});
}

TEST_CASE("random sections come out as the oracle says") {
  Random random(1);
  std::string difference;
  for (int i = 0; i < 20'000 && difference.empty(); ++i)
    difference = try_random_allocation(random, i % 100 == 0 ? 20 : 8);
  for (int i = 0; i < 200 && difference.empty(); ++i)
    difference = try_random_allocation(random, 70);
  EXPECT_MESSAGE(difference.empty(), difference);
}

}  // namespace
}  // namespace usher::seats

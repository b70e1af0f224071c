#include "proto/seats/seat.h"

#include "proto/seats/names.h"

#include "tests/doctest.h"

namespace usher::seats {
namespace {

TEST_CASE("a seat's name is read from the right, whatever the section is called") {
  auto name = parse_seat_name("VIP-2-left-3-12");
  REQUIRE(name.has_value());
  EXPECT(name->section == "VIP-2-left");
  EXPECT(name->seat == Seat{.row = 3, .number = 12});
  EXPECT(seat_name(name->section, name->seat) == "VIP-2-left-3-12");
  EXPECT(parse_seat_name("A-1000-1000").has_value());
}

TEST_CASE("what is not a seat's name is refused") {
  for (std::string_view text :
       {"", "A", "A-1", "A-1-", "A--1", "-1-1", "A-0-1", "A-1-0", "A-01-1", "A-1-01", "A-1001-1",
        "A-1-1001", "A-1-70000", "A-+1-1", "A-1-1x", "A-1- 1", "A/B-1-1", "A-1-1-"})
    EXPECT_MESSAGE(!parse_seat_name(text), text);
}

TEST_CASE("a name is 1 to 64 of the letters that ids have") {
  EXPECT(is_name("aZ09._:-"));
  EXPECT(is_name(std::string(64, 'a')));
  EXPECT(!is_name(std::string(65, 'a')));
  EXPECT(!is_name(""));
  for (int c = 0; c < 256; ++c) {
    bool allowed = std::string_view(
                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "0123456789._:-")
                       .contains(static_cast<char>(c));
    EXPECT(is_name(std::string(1, static_cast<char>(c))) == allowed);
  }
}

}  // namespace
}  // namespace usher::seats

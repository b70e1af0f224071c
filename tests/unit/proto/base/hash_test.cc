#include "proto/base/hash.h"

#include <array>
#include <string>

#include "tests/doctest.h"

namespace usher {
namespace {

TEST_CASE("XXH3 gives the values its reference implementation gives") {
  EXPECT(xxh3({}) == 0x2d06800538d394c2);
  EXPECT(xxh3(as_bytes("abc")) == 0x78af5f94892f3950);
}

TEST_CASE("a key's slot is for ever") {
  EXPECT(slot_of_key({}) == Slot(0x2d06800538d394c2 % 4096));
  EXPECT(slot_of_key(as_bytes("abc")) == Slot(0x78af5f94892f3950 % 4096));
}

TEST_CASE("keys that count up spread over all slots") {
  std::array<int, kSlots> seen{};
  for (int i = 0; i < 100 * kSlots; ++i)
    ++seen[slot_of_key(as_bytes("section-" + std::to_string(i))).value()];
  for (int count : seen) {
    REQUIRE(count > 40);
    REQUIRE(count < 180);
  }
}

}  // namespace
}  // namespace usher

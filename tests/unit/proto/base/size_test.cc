#include "proto/base/random.h"
#include "proto/base/size_text.h"

#include "tests/doctest.h"

namespace usher {
namespace {

TEST_CASE("sizes are a whole number and one unit") {
  EXPECT(parse_size("0B") == 0u);
  EXPECT(parse_size("512B") == 512u);
  EXPECT(parse_size("64KiB") == 65'536u);
  EXPECT(parse_size("3MiB") == 3u << 20);
  EXPECT(parse_size("10GiB") == 10ull << 30);
}

TEST_CASE("what is not exactly a size is refused") {
  for (const char* text : {"", "B", "5", "5 B", " 5B", "5B ", "-5B", "+5B", "1.5GiB", "5b", "5KB",
                           "5kib", "5K", "5TiB", "5GiB5MiB"})
    EXPECT_MESSAGE(!parse_size(text), text);
}

TEST_CASE("the largest size is that of 63 bits") {
  EXPECT(parse_size("9223372036854775807B") == 9'223'372'036'854'775'807u);
  EXPECT(!parse_size("9223372036854775808B"));
  EXPECT(parse_size("8589934591GiB").has_value());
  EXPECT(!parse_size("8589934592GiB"));
  EXPECT(!parse_size("99999999999999999999999B"));
}

TEST_CASE("a refused size is named, with what was expected") {
  auto size = parse_size("lots");
  REQUIRE(!size);
  EXPECT(size.error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(size.error().detail ==
         "\"lots\" is not a size: expected a whole number and one of B, KiB, MiB, GiB, as in "
         "64MiB");
}

TEST_CASE("a size is written in the largest unit that says it whole") {
  EXPECT(size_text(0) == "0B");
  EXPECT(size_text(1023) == "1023B");
  EXPECT(size_text(1024) == "1KiB");
  EXPECT(size_text(1536) == "1536B");
  EXPECT(size_text(3 << 20) == "3MiB");
  EXPECT(size_text(2048ull << 30) == "2048GiB");
}

TEST_CASE("every size that is written is read back as itself") {
  Random random(13);
  for (int i = 0; i < 10'000; ++i) {
    uint64_t size = random.next() >> random.between(1, 63);
    REQUIRE(parse_size(size_text(size)) == size);
  }
}

}  // namespace
}  // namespace usher

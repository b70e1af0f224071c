#include "proto/base/time.h"

#include <limits>
#include <string>

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;

int64_t us_of(std::string_view text) {
  auto time = parse_wall_time(text);
  REQUIRE_MESSAGE(time.has_value(), text);
  return time->us_since_1970();
}

TEST_CASE("a time of RFC 3339 is counted from 1970 in UTC") {
  EXPECT(us_of("1970-01-01T00:00:00Z") == 0);
  EXPECT(us_of("2026-11-20T18:00:00Z") == 1'795'197'600 * kSecond);
  EXPECT(us_of("1969-12-31T23:59:59.999999Z") == -1);
  EXPECT(us_of("2000-02-29T00:00:00Z") == 11'016 * kDay);
}

TEST_CASE("the examples of RFC 3339 are read as it explains them") {
  EXPECT(us_of("1985-04-12T23:20:50.52Z") == 482'196'050 * kSecond + 520'000);
  EXPECT(us_of("1996-12-19T16:39:57-08:00") == us_of("1996-12-20T00:39:57Z"));
  EXPECT(us_of("1937-01-01T12:00:27.87+00:20") == us_of("1937-01-01T11:40:27.87Z"));
}

TEST_CASE("a time may have lower-case t and z, any offset, and any number of digits") {
  EXPECT(us_of("2026-11-20t18:00:00z") == us_of("2026-11-20T18:00:00Z"));
  EXPECT(us_of("2026-11-20T18:00:00-00:00") == us_of("2026-11-20T18:00:00Z"));
  EXPECT(us_of("2026-11-21T17:59:00+23:59") == us_of("2026-11-20T18:00:00Z"));
  EXPECT(us_of("1970-01-01T00:00:00.1Z") == 100'000);
  EXPECT(us_of("1970-01-01T00:00:00.123456Z") == 123'456);
  EXPECT(us_of("1970-01-01T00:00:00.1234569999999999999999999999Z") == 123'456);
}

TEST_CASE("leap years have their day, other years do not") {
  EXPECT(us_of("2024-02-29T00:00:00Z") + kDay == us_of("2024-03-01T00:00:00Z"));
  EXPECT(us_of("0000-02-29T00:00:00Z") + kDay == us_of("0000-03-01T00:00:00Z"));
  for (const char* text : {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z"})
    EXPECT_MESSAGE(!parse_wall_time(text), text);
}

TEST_CASE("what is not exactly RFC 3339 with an offset is refused") {
  for (const char* text :
       {"", "now", "2026-11-20", "2026-11-20T18:00:00", "2026-11-20 18:00:00Z", "20261120T180000Z",
        "2026-11-20T18:00Z", "2026-11-20T18:00:00.Z", "2026-11-20T18:00:00,5Z",
        "2026-11-20T18:00:00+0100", "2026-11-20T18:00:00+01", "2026-11-20T18:00:00Z ",
        " 2026-11-20T18:00:00Z", "2026-11-20T18:00:00ZZ", "2026-1-20T18:00:00Z",
        "+026-11-20T18:00:00Z", "2026-11-20T18:00:00Y"})
    EXPECT_MESSAGE(!parse_wall_time(text), text);
}

TEST_CASE("a time with a number out of its range is refused") {
  for (const char* text :
       {"2026-00-20T18:00:00Z", "2026-13-20T18:00:00Z", "2026-11-00T18:00:00Z",
        "2026-11-31T18:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T18:60:00Z",
        "2026-11-20T18:00:60Z", "2026-11-20T18:00:00+24:00", "2026-11-20T18:00:00+01:60",
        "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"})
    EXPECT_MESSAGE(!parse_wall_time(text), text);
}

TEST_CASE("a refused time is named, with what was expected") {
  auto time = parse_wall_time("tomorrow\n");
  REQUIRE(!time);
  EXPECT(time.error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(time.error().detail.contains(R"("tomorrow\n")"));
  EXPECT(time.error().detail.contains("2026-11-20T18:00:00Z"));
}

TEST_CASE("a time is written in UTC with microseconds") {
  EXPECT(to_text(WallTime(0)) == "1970-01-01T00:00:00.000000Z");
  EXPECT(to_text(WallTime(-1)) == "1969-12-31T23:59:59.999999Z");
  EXPECT(to_text(WallTime(us_of("2026-11-20T19:00:00.5+01:00"))) == "2026-11-20T18:00:00.500000Z");
  EXPECT(to_text(WallTime(us_of("0000-01-01T00:00:00Z"))) == "0000-01-01T00:00:00.000000Z");
}

TEST_CASE("a time outside of four-digit years is written as a count") {
  EXPECT(to_text(WallTime(std::numeric_limits<int64_t>::max())) == "9223372036854775807us");
  EXPECT(to_text(WallTime(std::numeric_limits<int64_t>::min())) == "-9223372036854775808us");
  EXPECT(to_text(WallTime(us_of("9999-12-31T23:59:59.999999Z") + 1)) == "253402300800000000us");
}

TEST_CASE("every time that can be written is read back as itself") {
  Random random(11);
  auto first = static_cast<uint64_t>(us_of("0000-01-01T00:00:00Z"));
  auto width = static_cast<uint64_t>(us_of("9999-12-31T23:59:59.999999Z")) - first;
  for (int i = 0; i < 10'000; ++i) {
    WallTime time(static_cast<int64_t>(first + random.between(0, width)));
    REQUIRE(us_of(to_text(time)) == time.us_since_1970());
  }
}

TEST_CASE("a TIME argument is RFC 3339, now, or a distance from now") {
  WallTime now(us_of("2026-11-20T18:00:00Z"));
  auto at = [&](std::string_view text) {
    auto time = parse_time_argument(text, now);
    REQUIRE_MESSAGE(time.has_value(), text);
    return to_text(*time);
  };
  EXPECT(at("now") == "2026-11-20T18:00:00.000000Z");
  EXPECT(at("-10m") == "2026-11-20T17:50:00.000000Z");
  EXPECT(at("+2h") == "2026-11-20T20:00:00.000000Z");
  EXPECT(at("-250ms") == "2026-11-20T17:59:59.750000Z");
  EXPECT(at("2000-01-01T00:00:00+02:00") == "1999-12-31T22:00:00.000000Z");
}

TEST_CASE(
    "a bare number, an unsigned distance and a time without an offset are no TIME arguments") {
  for (const char* text : {"", "-", "1795197600", "10m", "-10", "- 10m", "--10m", "+-10m", "-10us",
                           "Now", "2026-11-20T18:00:00"})
    EXPECT_MESSAGE(!parse_time_argument(text, WallTime(0)), text);
}

TEST_CASE("a distance that leaves the years of RFC 3339 is refused") {
  WallTime late(us_of("9999-12-31T00:00:00Z"));
  EXPECT(!parse_time_argument("+2d", late));
  EXPECT(parse_time_argument("-2d", late).has_value());
}

TEST_CASE("durations are a whole number and one unit") {
  EXPECT(parse_duration("0s") == Duration(0));
  EXPECT(parse_duration("500ms") == Duration(500ms));
  EXPECT(parse_duration("30s") == Duration(30s));
  EXPECT(parse_duration("10m") == Duration(10min));
  EXPECT(parse_duration("2h") == Duration(2h));
  EXPECT(parse_duration("7d") == Duration(7 * 24h));
  for (const char* text : {"", "s", "5", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5s", "5S", "5sec",
                           "5us", "5ns", "1h30m", "0x5s", "99999999999999999999s"})
    EXPECT_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("the longest duration is that of 63 bits of nanoseconds") {
  EXPECT(parse_duration("106751d") == Duration(106'751 * 24h));
  EXPECT(!parse_duration("106752d"));
  EXPECT(parse_duration("9223372036854ms").has_value());
  EXPECT(!parse_duration("9223372036855ms"));
}

TEST_CASE("a refused duration is named, with what was expected") {
  auto duration = parse_duration("5 minutes");
  REQUIRE(!duration);
  EXPECT(duration.error().detail ==
         "\"5 minutes\" is not a duration: expected a whole number and one of ms, s, m, h, d, as "
         "in 30s");
}

TEST_CASE("a duration is written in the largest unit that says it whole") {
  EXPECT(to_text(Duration(0)) == "0s");
  EXPECT(to_text(Duration(90s)) == "90s");
  EXPECT(to_text(Duration(120s)) == "2m");
  EXPECT(to_text(Duration(2h)) == "2h");
  EXPECT(to_text(Duration(48h)) == "2d");
  EXPECT(to_text(Duration(1500ms)) == "1500ms");
  EXPECT(to_text(Duration(1500us)) == "1500000ns");
  EXPECT(to_text(Duration(-90s)) == "-90s");
  EXPECT(to_text(Duration::min()) == "-9223372036854775808ns");
}

TEST_CASE("every whole duration that is written is read back as itself") {
  Random random(12);
  for (int i = 0; i < 10'000; ++i) {
    Duration duration = std::chrono::milliseconds(random.below(1ull << random.between(1, 43)));
    REQUIRE(parse_duration(to_text(duration)) == duration);
  }
}

}  // namespace
}  // namespace usher

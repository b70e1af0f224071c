#include "client/cli/commands.h"
#include "client/cli/place_argument.h"
#include "client/cli/retention_value.h"

#include "tests/doctest.h"

namespace usher::cli {
namespace {

constexpr WallTime kNow(1'000'000'000'000'000);

TEST_CASE("a place is a word, an offset or a time") {
  EXPECT(parse_place("start", kNow).value() == PlaceInLog(LogStart{}));
  EXPECT(parse_place("end", kNow).value() == PlaceInLog(LogEnd{}));
  EXPECT(parse_place("42", kNow).value() == PlaceInLog(Offset(42)));
  EXPECT(parse_place("0", kNow).value() == PlaceInLog(Offset(0)));
  EXPECT(parse_place("now", kNow).value() == PlaceInLog(kNow));
  EXPECT(parse_place("-10m", kNow).value() == PlaceInLog(WallTime(999'999'400'000'000)));
  EXPECT(parse_place("+2h", kNow).value() == PlaceInLog(WallTime(1'000'007'200'000'000)));
  EXPECT(parse_place("2026-11-20T19:00:00+01:00", kNow).value() ==
         PlaceInLog(WallTime(1'795'197'600'000'000)));
}

TEST_CASE("what is no place is refused with an example") {
  for (const char* text :
       {"", "begin", "-10", "10m", "2026-11-20T18:00:00", "-1", "1e3", "99999999999999999999999"}) {
    CAPTURE(text);
    auto place = parse_place(text, kNow);
    REQUIRE(!place.has_value());
    EXPECT(place.error().code == ErrorCode::INVALID_ARGUMENT);
  }
}

TEST_CASE("a place is asked for where the broker alone knows it") {
  EXPECT(std::get<Offset>(question_of(Offset(7), SpaceId(1), PartitionId(2))) == Offset(7));
  auto at = [](const PlaceInLog& place) {
    return std::get<wire::OffsetRequest>(question_of(place, SpaceId(1), PartitionId(2)));
  };
  EXPECT(at(LogStart{}).at == wire::OffsetAt::kEarliest);
  EXPECT(at(LogEnd{}).at == wire::OffsetAt::kLatest);
  EXPECT(at(LogEnd{}).linearizable);
  EXPECT(at(kNow).at == wire::OffsetAt::kTime);
  EXPECT(at(kNow).time == kNow);
}

TEST_CASE("retention is a time, a size, or forever") {
  auto value = retention_value();
  EXPECT(value.parse("7d")->age == Duration(168h));
  EXPECT(value.parse("10GiB")->bytes == 10'737'418'240);
  EXPECT(value.parse("forever").value() == wire::Retention{});
  EXPECT(value.show(*value.parse("7d")) == "7d");
  EXPECT(!value.parse("10GB").has_value());
}

TEST_CASE("words find their command, the longest first, and leave the rest") {
  CommandRows rows = all_commands();
  auto chosen = choose(rows, {"topic", "create", "a/b", "--retention", "7d"});
  REQUIRE(chosen.has_value());
  EXPECT(chosen->row->words == "topic create");
  EXPECT(chosen->arguments == std::vector<std::string>{"a/b", "--retention", "7d"});
  EXPECT(choose(rows, {"produce", "a/b"})->row->words == "produce");
}

TEST_CASE("help is asked for with nothing, with --help, and of a group") {
  CommandRows rows = all_commands();
  EXPECT(choose(rows, {})->row == nullptr);
  EXPECT(choose(rows, {"--help"})->row == nullptr);
  EXPECT(choose(rows, {"help"})->row == nullptr);
  EXPECT(choose(rows, {"space", "--help"})->group == "space");
  EXPECT(choose(rows, {"space", "create", "--help"})->row->words == "space create");
}

TEST_CASE("a word that is no command is refused with the nearest that is") {
  CommandRows rows = all_commands();
  EXPECT(choose(rows, {"space", "crate", "x"}).error().detail ==
         "\"space crate\" is not a command of usher; the nearest known is \"space create\"");
  EXPECT(choose(rows, {"consum"}).error().detail.contains("\"consume\""));
  EXPECT(choose(rows, {"space"}).error().detail.contains("needs a further word"));
  EXPECT(choose(rows, {"--json", "space", "list"}).error().code == ErrorCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace usher::cli

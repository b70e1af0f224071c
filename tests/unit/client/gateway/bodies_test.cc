#include "client/gateway/bodies.h"

#include "tests/doctest.h"

using namespace usher;
using namespace usher::gateway;

namespace {

std::string field_of_reserve(std::string_view body) {
  auto parsed = parse_reserve(body);
  REQUIRE(!parsed.has_value());
  EXPECT(parsed.error().status == 400);
  return parsed.error().field;
}

std::string field_of_create(std::string_view body) {
  auto parsed = parse_create_event(body);
  REQUIRE(!parsed.has_value());
  EXPECT(parsed.error().status == 400);
  return parsed.error().field;
}

}  // namespace

TEST_CASE("an event's body becomes its command") {
  auto parsed = parse_create_event(R"({"eventId":"e1",
      "sections":[{"name":"A","rows":20,"seatsPerRow":50},{"name":"B","rows":1,"seatsPerRow":2}],
      "opensAt":"2026-11-20T18:00:00Z","limitPerUser":4,"holdSeconds":0,"dedupSeconds":60})");
  REQUIRE(parsed.has_value());
  EXPECT(parsed->event == "e1");
  const seats::CreateEvent& create = parsed->create;
  REQUIRE(create.sections.size() == 2);
  EXPECT(create.sections[0] == seats::SectionShape{"A", 20, 50});
  EXPECT(to_text(*create.settings.opens_at) == "2026-11-20T18:00:00.000000Z");
  EXPECT(!create.settings.closes_at.has_value());
  EXPECT(create.settings.limit_per_user == 4);
  EXPECT(create.settings.hold_s == 0);
  EXPECT(create.settings.dedup_s == 60);
}

TEST_CASE("what an event's body alone shows to be wrong is refused by the field's name") {
  EXPECT(field_of_create("{}") == "eventId");
  EXPECT(field_of_create(R"({"eventId":"a b"})") == "eventId");
  EXPECT(field_of_create(R"({"eventId":"e"})") == "sections");
  EXPECT(field_of_create(R"({"eventId":"e","sections":[]})") == "sections");
  EXPECT(field_of_create(R"({"eventId":"e","sections":[7]})") == "sections[0]");
  EXPECT(field_of_create(R"({"eventId":"e","sections":[{"name":"A","rows":0,"seatsPerRow":1}]})") ==
         "sections[0].rows");
  EXPECT(
      field_of_create(R"({"eventId":"e","sections":[{"name":"A","rows":1,"seatsPerRow":1001}]})") ==
      "sections[0].seatsPerRow");
  EXPECT(field_of_create(
             R"({"eventId":"e","sections":[{"name":"A","rows":1,"seatsPerRow":1,"x":1}]})") ==
         "sections[0].x");
  EXPECT(field_of_create(R"({"eventId":"e","sections":[{"name":"A","rows":1,"seatsPerRow":1},
                                                       {"name":"A","rows":2,"seatsPerRow":1}]})") ==
         "sections[1].name");
  EXPECT(field_of_create(R"({"eventId":"e","sections":[{"name":"A","rows":1000,"seatsPerRow":1000},
                                                       {"name":"B","rows":1,"seatsPerRow":1}]})") ==
         "sections");
  const std::string begin = R"({"eventId":"e","sections":[{"name":"A","rows":1,"seatsPerRow":1}],)";
  EXPECT(field_of_create(begin + R"("opensAt":"tomorrow"})") == "opensAt");
  EXPECT(field_of_create(begin + R"("opensAt":5})") == "opensAt");
  EXPECT(field_of_create(begin + R"("holdSeconds":86401})") == "holdSeconds");
  EXPECT(field_of_create(begin + R"("limitPerUser":1.5})") == "limitPerUser");
  EXPECT(field_of_create(begin + R"("opensAt":"2026-01-02T00:00:00Z",
                                    "closesAt":"2026-01-01T00:00:00Z"})") == "closesAt");
  EXPECT(field_of_create(begin + R"("colour":"red"})") == "colour");
}

TEST_CASE("a reservation asks for a number of seats, or for seats by name") {
  auto counted = parse_reserve(R"({"eventId":"e","section":"A","seatCount":2,"userId":"u"})");
  REQUIRE(counted.has_value());
  EXPECT(counted->reserve.section == "A");
  EXPECT(counted->reserve.user == "u");
  EXPECT(counted->reserve.count == 2);
  EXPECT(counted->reserve.seats.empty());
  auto named =
      parse_reserve(R"({"eventId":"e","seats":["A-1-2","A-1-1"],"userId":"u","split":true})");
  REQUIRE(named.has_value());
  EXPECT(named->reserve.section == "A");
  EXPECT(named->reserve.count == 2);
  EXPECT(named->reserve.split);
  EXPECT(named->reserve.seats == std::vector<seats::Seat>{{1, 2}, {1, 1}});
}

TEST_CASE("what a reservation's body alone shows to be wrong is refused by the field's name") {
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"A","seatCount":0,"userId":"u"})") ==
         "seatCount");
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"A","seatCount":21,"userId":"u"})") ==
         "seatCount");
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"A","seatCount":"2","userId":"u"})") ==
         "seatCount");
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"A","userId":"u"})") == "seatCount");
  EXPECT(field_of_reserve(R"({"eventId":"e","seatCount":1,"userId":"u"})") == "section");
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"A","seatCount":1})") == "userId");
  EXPECT(field_of_reserve(R"({"eventId":"e","seats":["A-1-1","A-1-1"],"userId":"u"})") ==
         "seats[1]");
  EXPECT(field_of_reserve(R"({"eventId":"e","seats":["A-1-1","B-1-1"],"userId":"u"})") ==
         "seats[1]");
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"B","seats":["A-1-1"],"userId":"u"})") ==
         "seats[0]");
  EXPECT(field_of_reserve(R"({"eventId":"e","seats":["A-0-1"],"userId":"u"})") == "seats[0]");
  EXPECT(field_of_reserve(R"({"eventId":"e","seats":[],"userId":"u"})") == "seats");
  EXPECT(field_of_reserve(R"({"eventId":"e","seats":["A-1-1"],"seatCount":1,"userId":"u"})") ==
         "seatCount");
  EXPECT(field_of_reserve(R"({"eventId":"e","section":"A","seatCount":1,"userId":"u","n":1})") ==
         "n");
}

TEST_CASE("what is not one JSON object is refused, however deep it goes") {
  for (std::string body : {std::string(), std::string("[]"), std::string("{"), std::string("{}{}"),
                           std::string(100'000, '[')}) {
    auto parsed = parse_reserve(body);
    REQUIRE(!parsed.has_value());
    EXPECT(parsed.error().code == "MALFORMED_JSON");
  }
}

TEST_CASE("altering tells what stays from what is taken away") {
  auto parsed = parse_alter_event(R"({"closesAt":null,"limitPerUser":0})");
  REQUIRE(parsed.has_value());
  EXPECT(!parsed->opens_at.has_value());
  REQUIRE(parsed->closes_at.has_value());
  EXPECT(!parsed->closes_at->has_value());
  EXPECT(parsed->limit_per_user == 0);
  EXPECT(parse_alter_event(R"({"holdSeconds":5})").error().field == "holdSeconds");
}

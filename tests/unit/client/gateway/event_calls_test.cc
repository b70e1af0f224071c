#include "tests/unit/client/gateway/api_example.h"

namespace usher::gateway {
namespace {

constexpr const char* kEvent =
    R"({"eventId":"concert","sections":[{"name":"A","rows":2,"seatsPerRow":3}]})";

TEST_CASE("an event is made once, the same again is 200, and another under its id 409") {
  ApiExample api;
  auto made = api.ask("POST", "/api/events", kEvent);
  EXPECT(made.status == 201);
  EXPECT(made.field("Location") == "/api/events/concert");
  EXPECT(text_in(made, "eventId") == "concert");
  EXPECT(api.status("POST", "/api/events", kEvent) == 200);
  auto other =
      api.ask("POST", "/api/events",
              R"({"eventId":"concert","sections":[{"name":"A","rows":2,"seatsPerRow":4}]})");
  EXPECT(other.status == 409);
  EXPECT(code_of(other) == "DIFFERENT");
}

TEST_CASE("what was made here is shown here at once, before its record came by") {
  ApiExample api;
  auto making = api.begin("POST", "/api/events", kEvent);
  api.seats.loop.run_for(100ms);
  REQUIRE(making->answer.has_value());
  auto shown = api.begin("GET", "/api/events/concert");
  REQUIRE(shown->answer.has_value());
  EXPECT(shown->answer->status == 200);
  EXPECT(shown->answer->body.contains(R"({"name":"A","total":6,"available":6})"));
}

TEST_CASE("a section is added, and one of another size is 409") {
  ApiExample api;
  api.ask("POST", "/api/events", kEvent);
  EXPECT(api.status("POST", "/api/events/concert/sections",
                    R"({"name":"B","rows":1,"seatsPerRow":1})") == 201);
  EXPECT(api.status("POST", "/api/events/concert/sections",
                    R"({"name":"B","rows":1,"seatsPerRow":1})") == 200);
  EXPECT(api.status("POST", "/api/events/concert/sections",
                    R"({"name":"B","rows":1,"seatsPerRow":2})") == 409);
  EXPECT(api.status("POST", "/api/events/nowhere/sections",
                    R"({"name":"B","rows":1,"seatsPerRow":2})") == 404);
  auto shown = api.ask("GET", "/api/events/concert");
  EXPECT(shown.body.contains(R"({"name":"B","total":1,"available":1})"));
}

TEST_CASE("an event is altered from its place in the log on") {
  ApiExample api;
  api.ask("POST", "/api/events", kEvent);
  auto altered = api.ask("PATCH", "/api/events/concert",
                         R"({"limitPerUser":2,"closesAt":"2030-01-01T00:00:00Z"})");
  EXPECT(altered.status == 200);
  EXPECT(altered.body.contains(R"("limitPerUser":2)"));
  EXPECT(altered.body.contains("2030-01-01T00:00:00.000000Z"));
  EXPECT(api.status("PATCH", "/api/events/nowhere", R"({"limitPerUser":2})") == 404);
  EXPECT(api.status("PATCH", "/api/events/concert", R"({"holdSeconds":2})") == 400);
}

TEST_CASE("events are listed a page at a time, and an unknown one is 404") {
  ApiExample api;
  api.ask("POST", "/api/events", kEvent);
  auto list = api.ask("GET", "/api/events?limit=1");
  EXPECT(list.body.contains(R"("next":"concert")"));
  EXPECT(api.ask("GET", "/api/events?after=concert").body == R"({"events":[]})");
  EXPECT(api.status("GET", "/api/events/nowhere") == 404);
}

TEST_CASE("what is known is at most a second old, or not shown") {
  ApiExample api;
  api.ask("POST", "/api/events", kEvent);
  api.seats.loop.run_for(1s);
  auto fresh = api.begin("GET", "/api/events/concert");
  EXPECT(fresh->answer->status == 200);
  api.seats.loop.run_for(1ms);
  for (const char* target : {"/api/events/concert", "/api/events", "/api/events/nowhere"})
    EXPECT(api.begin("GET", target)->answer->status == 503);
}

TEST_CASE("a section's seats are drawn row by row") {
  ApiExample api;
  api.ask("POST", "/api/events", kEvent);
  api.ask("POST", "/api/reservations", R"({"eventId":"concert","seats":["A-1-1"],"userId":"ann"})");
  auto map = api.ask("GET", "/api/events/concert/sections/A/seats");
  EXPECT(map.status == 200);
  EXPECT(map.body.starts_with(R"({"rows":[{"row":1,"seats":"R.."},{"row":2,"seats":"..."}])"));
  EXPECT(api.status("GET", "/api/events/concert/sections/B/seats") == 404);
  api.seats.owner_error = Error{ErrorCode::UNREACHABLE, "no daemon"};
  EXPECT(api.status("GET", "/api/events/concert/sections/A/seats") == 503);
}

TEST_CASE("an event command that may have been taken is 504, one that surely was not 503") {
  ApiExample api;
  api.seats.log_error = Error{ErrorCode::TIMED_OUT, "no receipt"};
  EXPECT(api.status("POST", "/api/events", kEvent) == 504);
  api.seats.log_error = Error{ErrorCode::UNREACHABLE, "no broker"};
  EXPECT(api.status("POST", "/api/events", kEvent) == 503);
}

}  // namespace
}  // namespace usher::gateway

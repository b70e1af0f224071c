#include "client/gateway/routes.h"

#include "tests/doctest.h"

using namespace usher;
using namespace usher::gateway;

namespace {

const std::string kId = seats::make_keyed_id("e1", "u1", "k1").text();

template <class T>
T routed(std::string_view method, std::string_view target) {
  auto route = route_of(method, target);
  REQUIRE(route.has_value());
  REQUIRE(std::holds_alternative<T>(*route));
  return std::get<T>(*route);
}

Problem refused(std::string_view method, std::string_view target) {
  auto route = route_of(method, target);
  REQUIRE(!route.has_value());
  return route.error();
}

}  // namespace

TEST_CASE("every call of the API has a route") {
  routed<CreateEventRoute>("POST", "/api/events");
  EXPECT(routed<ListEventsRoute>("GET", "/api/events").limit == 100);
  EXPECT(routed<ShowEventRoute>("GET", "/api/events/e1").event == "e1");
  EXPECT(routed<AlterEventRoute>("PATCH", "/api/events/e1").event == "e1");
  EXPECT(routed<AddSectionRoute>("POST", "/api/events/e1/sections").event == "e1");
  EXPECT(routed<SeatsRoute>("GET", "/api/events/e1/sections/A/seats").section == "A");
  routed<ReserveRoute>("POST", "/api/reservations");
  EXPECT(routed<ShowReservationRoute>("GET", "/api/reservations/" + kId).id.text() == kId);
  EXPECT(routed<PayRoute>("POST", "/api/reservations/" + kId + "/payment").id.text() == kId);
  EXPECT(routed<CancelRoute>("DELETE", "/api/reservations/" + kId).id.text() == kId);
  EXPECT(routed<UserRoute>("GET", "/api/users/u1/reservations").user == "u1");
  routed<OpenapiRoute>("GET", "/api/openapi.json");
  routed<PageRoute>("GET", "/");
  EXPECT(!routed<HealthRoute>("GET", "/health/live").ready);
  EXPECT(routed<HealthRoute>("GET", "/health/ready").ready);
}

TEST_CASE("queries are read, and refused by name where they are wrong or unknown") {
  auto list = routed<ListEventsRoute>("GET", "/api/events?after=e7&limit=5");
  EXPECT(list.after == "e7");
  EXPECT(list.limit == 5);
  EXPECT(routed<ShowReservationRoute>("GET", "/api/reservations/" + kId + "?wait=60").wait == 60s);
  for (const char* wait : {"61", "-1", "1.5", "", "5s"}) {
    CAPTURE(wait);
    Problem problem = refused("GET", "/api/reservations/" + kId + "?wait=" + wait);
    EXPECT(problem.status == 400);
    EXPECT(problem.field == "wait");
  }
  EXPECT(refused("GET", "/api/events?limit=0").field == "limit");
  EXPECT(refused("GET", "/api/events?colour=red").field == "colour");
  EXPECT(refused("GET", "/api/events?after").field == "after");
  EXPECT(refused("POST", "/api/events?limit=1").field == "limit");
}

TEST_CASE(
    "a path that does not exist is 404, a method that is not for it 405 with those that are") {
  EXPECT(refused("GET", "/api/concerts").status == 404);
  EXPECT(refused("GET", "/api/events/e1/").status == 404);
  EXPECT(refused("GET", "events").status == 404);
  Problem problem = refused("PUT", "/api/events/e1");
  EXPECT(problem.status == 405);
  EXPECT(problem.allow == "GET, PATCH");
  EXPECT(refused("GET", "/api/reservations").allow == "POST");
}

TEST_CASE("names that cannot be are 400, ids that were never given 404") {
  EXPECT(refused("GET", "/api/events/a%20b").field == "eventId");
  EXPECT(refused("GET", "/api/events//sections/A/seats").field == "eventId");
  EXPECT(refused("GET", "/api/users/" + std::string(65, 'u') + "/reservations").field == "userId");
  EXPECT(refused("GET", "/api/reservations/nonsense").status == 404);
}

TEST_CASE("a label names the call and nothing of the request") {
  EXPECT(label_of(*route_of("GET", "/api/events/e1")) == "GET /api/events/{id}");
  EXPECT(label_of(*route_of("DELETE", "/api/reservations/" + kId)) ==
         "DELETE /api/reservations/{id}");
}

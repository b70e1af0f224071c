#include "tests/unit/client/gateway/api_example.h"

namespace usher::gateway {
namespace {

TEST_CASE("a reservation is taken with 202, its id and where to ask") {
  ApiExample api;
  api.make_event(4);
  auto taken = api.reserve("ann", 2);
  EXPECT(taken.status == 202);
  std::string id = id_of(taken);
  EXPECT(taken.body == R"({"reservationId":")" + id + R"(","status":"PENDING"})");
  EXPECT(taken.field("Location") == "/api/reservations/" + id);
  auto shown = api.ask("GET", "/api/reservations/" + id + "?wait=30");
  EXPECT(shown.status == 200);
  EXPECT(status_in(shown) == "CONFIRMED");
  EXPECT(shown.body.contains(R"("seats":["A-1-1","A-1-2"])"));
  EXPECT(shown.body.contains(R"("receipt":{"partition":0,"offset":)"));
}

TEST_CASE("a repeated key is 200 with the reservation as it is, another body 422") {
  ApiExample api;
  api.make_event(4);
  auto first = api.reserve("ann", 2, "k");
  EXPECT(first.status == 202);
  auto again = api.reserve("ann", 2, "k");
  EXPECT(again.status == 200);
  EXPECT(id_of(again) == id_of(first));
  EXPECT(status_in(again) == "CONFIRMED");
  auto other = api.reserve("ann", 1, "k");
  EXPECT(other.status == 422);
  EXPECT(code_of(other) == "KEY_REUSED");
  // Per event and user.
  EXPECT(id_of(api.reserve("bob", 2, "k")) != id_of(first));
}

TEST_CASE("sold out by the cache is 409 without an id and without a record") {
  ApiExample api;
  api.make_event(2);
  api.reserve("ann", 2);
  size_t written = api.seats.traces.size();
  auto refused = api.reserve("bob", 1);
  EXPECT(refused.status == 409);
  EXPECT(code_of(refused) == "SOLD_OUT");
  EXPECT(id_of(refused).empty());
  EXPECT(api.seats.traces.size() == written);
  EXPECT(api.metrics.text().contains("usher_cache_rejections_total 1\n"));
}

TEST_CASE("a key that took the last seat answers its reservation, however sold out it is") {
  ApiExample api;
  api.make_event(2);
  std::string id = id_of(api.reserve("ann", 2, "k"));
  size_t written = api.seats.traces.size();
  for (int i = 0; i < 10; ++i) {
    auto again = api.reserve("ann", 2, "k");
    EXPECT(again.status == 200);
    EXPECT(id_of(again) == id);
  }
  EXPECT(api.reserve("ann", 1, "k").status == 422);
  EXPECT(api.reserve("ann", 1, "new").status == 409);
  EXPECT(api.seats.traces.size() == written);
}

TEST_CASE("where the owner cannot say whether it knows a key, the log decides") {
  ApiExample api;
  api.make_event(2);
  api.reserve("ann", 2, "k");
  api.seats.owner_error = Error{ErrorCode::TIMED_OUT, "no owner"};
  size_t written = api.seats.traces.size();
  auto unknown = api.reserve("ann", 2, "k");
  EXPECT(unknown.status == 504);
  EXPECT(!id_of(unknown).empty());
  EXPECT(api.seats.traces.size() == written + 1);
}

TEST_CASE("a stale cache turns nobody away") {
  ApiExample api;
  api.make_event(2);
  api.reserve("ann", 2);
  api.seats.loop.run_for(1s + 1ms);
  EXPECT(api.reserve("bob", 1).status == 202);
}

TEST_CASE("paying and cancelling wait for the log; what the state forbids is 409 and shows it") {
  ApiExample api;
  api.make_event(4);
  std::string id = id_of(api.reserve("ann", 2));
  auto paid = api.ask("POST", "/api/reservations/" + id + "/payment");
  EXPECT(paid.status == 200);
  EXPECT(status_in(paid) == "PAID");
  EXPECT(api.status("POST", "/api/reservations/" + id + "/payment", "{}") == 200);
  auto cancelled = api.ask("DELETE", "/api/reservations/" + id);
  EXPECT(cancelled.status == 409);
  EXPECT(cancelled.body.contains(R"("reservation":{"reservationId":")" + id));

  std::string other = id_of(api.reserve("bob", 1));
  EXPECT(status_in(api.ask("DELETE", "/api/reservations/" + other)) == "CANCELLED");
  EXPECT(api.status("DELETE", "/api/reservations/" + other) == 200);
  EXPECT(api.status("POST", "/api/reservations/" + other + "/payment") == 409);
  EXPECT(api.status("POST", "/api/reservations/" + other + "/payment", R"({"card":1})") == 400);
}

TEST_CASE("a rejected reservation says why, in a word and in words") {
  ApiExample api;
  api.make_event(4);
  api.ask("POST", "/api/reservations", R"({"eventId":"concert","seats":["A-1-2"],"userId":"ann"})");
  auto shown = api.show(id_of(api.reserve("bob", 3)));
  EXPECT(status_in(shown) == "REJECTED");
  EXPECT(text_in(shown, "reason") == "NO_ADJACENT_SEATS");
  EXPECT(text_in(shown, "detail") == "longest free run in A is 2");
}

TEST_CASE("a duplicate answers the first under its own id") {
  ApiExample api;
  api.make_event(4);
  std::string first = id_of(api.reserve("ann", 2));
  std::string second = id_of(api.reserve("ann", 2));
  auto shown = api.show(second);
  EXPECT(id_of(shown) == second);
  EXPECT(text_in(shown, "duplicateOf") == first);
  EXPECT(status_in(shown) == "CONFIRMED");
}

TEST_CASE("a user's reservations are listed as they are now, with the offset that it holds for") {
  ApiExample api;
  api.make_event(8);
  std::string paid = id_of(api.reserve("ann", 2, "k1"));
  std::string held = id_of(api.reserve("ann", 1, "k2"));
  api.reserve("bob", 1);
  api.ask("POST", "/api/reservations/" + paid + "/payment");
  auto list = api.ask("GET", "/api/users/ann/reservations");
  EXPECT(list.status == 200);
  boost::json::value body = boost::json::parse(list.body);
  EXPECT(body.at("reservations").get_array().size() == 2);
  EXPECT(body.at("asOf").get_object().contains("offset"));
  EXPECT(list.body.contains(held));
  EXPECT(list.body.contains(R"("status":"PAID")"));
  EXPECT(api.ask("GET", "/api/users/carl/reservations").body.starts_with(R"({"reservations":[])"));
  EXPECT(api.status("GET", "/api/users/no%20name/reservations") == 400);
}

TEST_CASE("an id nobody gave is 404, one from yesterday 410") {
  ApiExample api;
  WallTime now = api.seats.scheduler.clock().wall();
  EXPECT(api.show("nothing").status == 404);
  EXPECT(api.show(seats::make_id("concert", now, 1).text()).status == 404);
  auto gone = api.show(seats::make_id("concert", now + -std::chrono::hours(25), 1).text());
  EXPECT(gone.status == 410);
  EXPECT(code_of(gone) == "GONE");
}

TEST_CASE("an id that a 202 named is never 404 while it is undecided") {
  ApiExample api;
  api.make_event(4);
  api.seats.owner_decides = false;
  std::string id = id_of(api.reserve("ann", 1));
  for (const char* wait : {"", "?wait=0", "?wait=1", "?wait=60"}) {
    auto shown = api.ask("GET", "/api/reservations/" + id + wait);
    EXPECT(shown.status == 200);
    EXPECT(status_in(shown) == "PENDING");
  }
  EXPECT(api.status("GET", "/api/reservations/" + id + "?wait=61") == 400);
}

TEST_CASE("503 is surely not taken; 504 may be, and names the id") {
  ApiExample api;
  api.make_event(4);
  api.seats.log_error = Error{ErrorCode::QUEUE_FULL, "busy"};
  auto refused = api.reserve("ann", 1);
  EXPECT(refused.status == 503);
  EXPECT(refused.field("Retry-After") == "1");

  api.seats.log_error = Error{ErrorCode::CONNECTION_LOST, "lost"};
  api.seats.log_takes_it = true;
  auto unknown = api.reserve("ann", 1);
  EXPECT(unknown.status == 504);
  EXPECT(code_of(unknown) == "OUTCOME_UNKNOWN");
  // The log has it under the id that the caller was told.
  REQUIRE(api.said->lines().size() == 1);
  EXPECT(api.said->lines()[0].contains(text_in(unknown, "requestId")));
  EXPECT(status_in(api.show(id_of(unknown))) == "CONFIRMED");
}

TEST_CASE("a thousand wait and each is answered") {
  ApiExample api;
  api.make_event(4);
  api.seats.owner_decides = false;
  std::string id = id_of(api.reserve("ann", 1));
  std::vector<std::shared_ptr<ApiExample::Asking>> waiting;
  for (int i = 0; i < 1'000; ++i)
    waiting.push_back(api.begin("GET", "/api/reservations/" + id + "?wait=60"));
  api.seats.loop.run_for(1s);
  api.seats.decide();
  for (const auto& one : waiting) {
    REQUIRE(one->answer.has_value());
    REQUIRE(status_in(*one->answer) == "CONFIRMED");
  }
  EXPECT(api.api.open() == 0);
}

}  // namespace
}  // namespace usher::gateway

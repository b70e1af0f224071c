// What every call has in common.
#include "client/gateway/api.h"

#include "tests/unit/client/gateway/api_example.h"

namespace usher::gateway {
namespace {

constexpr const char* kReserve =
    R"({"eventId":"concert","section":"A","userId":"ann","seatCount":1})";

TEST_CASE("a request id is taken or made, returned, and stands in the command's record") {
  ApiExample api;
  api.make_event(4);
  auto named =
      api.ask("POST", "/api/reservations", kReserve,
              {{"x-request-id", "mine-1"},
               {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  EXPECT(named.field("X-Request-Id") == "mine-1");
  EXPECT(api.seats.traces.back().request_id == "mine-1");
  EXPECT(api.seats.traces.back().traceparent.starts_with("00-0af7651916cd43dd"));

  auto made = api.ask("GET", "/api/events");
  EXPECT(made.field("X-Request-Id").value_or("").size() == 32);
  auto wrong = api.ask("GET", "/nothing", "", {{"X-Request-Id", "with space"}});
  EXPECT(wrong.field("X-Request-Id") != "with space");
  EXPECT(text_in(wrong, "requestId") == wrong.field("X-Request-Id"));
}

TEST_CASE("a trace context that is none is not carried") {
  ApiExample api;
  api.make_event(4);
  for (const char* text : {"00-0-0-0", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                           "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"}) {
    api.ask("POST", "/api/reservations", kReserve, {{"traceparent", text}});
    EXPECT(api.seats.traces.back().traceparent.empty());
  }
}

TEST_CASE("problems have their own type, and say what there is") {
  ApiExample api;
  auto nothing = api.ask("GET", "/api/nothing");
  EXPECT(nothing.status == 404);
  EXPECT(nothing.content_type == "application/problem+json");
  auto method = api.ask("PUT", "/api/events");
  EXPECT(method.status == 405);
  EXPECT(method.field("Allow") == "POST, GET");
  EXPECT(api.status("POST", "/api/reservations", kReserve, {{"Content-Type", "text/plain"}}) ==
         415);
  EXPECT(api.status("POST", "/api/reservations", "{}",
                    {{"Content-Type", "application/json; charset=utf-8"}}) == 400);
  EXPECT(api.status("POST", "/api/reservations", kReserve, {{"Idempotency-Key", ""}}) == 400);
  EXPECT(api.status("POST", "/api/reservations", kReserve,
                    {{"Idempotency-Key", std::string(256, 'k')}}) == 400);
  EXPECT(api.api.refusal(413, "too large").status == 413);
}

TEST_CASE("HEAD is answered as GET") {
  ApiExample api;
  EXPECT(api.status("HEAD", "/api/events") == 200);
  EXPECT(api.status("HEAD", "/api/reservations") == 405);
}

TEST_CASE("before it is ready everything but its health is 503") {
  ApiExample api;
  api.not_ready = "loading";
  auto refused = api.ask("POST", "/api/reservations", kReserve);
  EXPECT(refused.status == 503);
  EXPECT(refused.field("Retry-After") == "1");
  EXPECT(api.status("GET", "/health/ready") == 503);
  EXPECT(api.status("GET", "/health/live") == 200);
  EXPECT(api.seats.traces.empty());
  api.not_ready = "";
  EXPECT(api.status("GET", "/health/ready") == 200);
}

TEST_CASE("requests are counted by route and status, and waiters while they wait") {
  ApiExample api;
  api.make_event(4);
  api.seats.owner_decides = false;
  std::string id = id_of(api.reserve("ann", 1));
  auto waits = api.begin("GET", "/api/reservations/" + id + "?wait=3");
  EXPECT(api.metrics.text().contains("usher_gateway_waiters 1\n"));
  api.seats.loop.run_for(10s);
  REQUIRE(waits->answer.has_value());
  EXPECT(status_in(*waits->answer) == "PENDING");
  std::string text = api.metrics.text();
  EXPECT(text.contains("usher_gateway_waiters 0\n"));
  EXPECT(text.contains("usher_gateway_wait_timeouts_total 1\n"));
  EXPECT(text.contains(R"(usher_gateway_requests_total{route="POST /api/events",code="201"} 1)"));
  EXPECT(!text.contains("concert"));
}

TEST_CASE("a drain answers who waits, refuses what is new, and is done when nothing is under way") {
  ApiExample api;
  api.make_event(4);
  api.seats.owner_decides = false;
  std::string id = id_of(api.reserve("ann", 1));
  auto waits = api.begin("GET", "/api/reservations/" + id + "?wait=60");
  auto writes = api.begin("POST", "/api/reservations", kReserve);
  bool done = false;
  api.api.drain([&] { done = true; });
  REQUIRE(waits->answer.has_value());
  EXPECT(status_in(*waits->answer) == "PENDING");
  EXPECT(!done);
  EXPECT(api.status("GET", "/api/events") == 503);
  api.seats.loop.run_for(1s);
  REQUIRE(writes->answer.has_value());
  EXPECT(writes->answer->status == 202);
  EXPECT(done);
}

TEST_CASE("the page and the API's description are there, and it knows every route") {
  ApiExample api;
  auto page = api.ask("GET", "/");
  EXPECT(page.content_type.starts_with("text/html"));
  auto described = api.ask("GET", "/api/openapi.json");
  boost::json::value document = boost::json::parse(described.body);
  EXPECT(document.at("openapi").get_string() == "3.1.0");
  size_t calls = 0;
  for (const auto& [path, methods] : document.at("paths").get_object())
    for (const auto& [method, call] : methods.get_object()) {
      if (method == "parameters") continue;
      ++calls;
      std::string target(path);
      if (size_t id = target.find("{id}"); id != target.npos)
        target.replace(
            id, 4,
            target.contains("/reservations/") ? seats::make_id("e", WallTime(1), 1).text() : "x");
      if (size_t name = target.find("{name}"); name != target.npos) target.replace(name, 6, "A");
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      CAPTURE(upper);
      CAPTURE(target);
      EXPECT(route_of(upper, target).has_value());
    }
  EXPECT(calls == std::variant_size_v<Route> - 1);  // but the page and itself; health is two
}

}  // namespace
}  // namespace usher::gateway

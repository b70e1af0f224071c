#include "proto/service/admin_answer.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

AdminPages pages(Health ready = {}) {
  return {.live = [] { return Health{}; },
          .ready = [ready] { return ready; },
          .metrics = [] { return std::string("usher_x 1\n"); }};
}

TEST_CASE("health is 200 or 503, and says why in JSON") {
  AdminAnswer live = answer("GET", "/health/live", pages());
  EXPECT(live.status == 200);
  EXPECT(live.content_type == "application/json");
  EXPECT(live.body == "{\"status\":\"ok\",\"detail\":\"\"}\n");
  AdminAnswer ready = answer("GET", "/health/ready", pages({false, "partition \"3\"\nrecovers"}));
  EXPECT(ready.status == 503);
  EXPECT(ready.body ==
         "{\"status\":\"unavailable\",\"detail\":\"partition \\\"3\\\"\\nrecovers\"}\n");
}

TEST_CASE("metrics are Prometheus' text") {
  AdminAnswer metrics = answer("GET", "/metrics?name=x", pages());
  EXPECT(metrics.status == 200);
  EXPECT(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
  EXPECT(metrics.body == "usher_x 1\n");
  EXPECT(answer("HEAD", "/metrics", pages()).body == metrics.body);
}

TEST_CASE(
    "other paths are 404, whatever the method; other methods are 405 and told which are allowed") {
  for (const char* path : {"", "/", "/health", "/metrics/", "metrics", "/Metrics", "*"})
    EXPECT_MESSAGE(answer("GET", path, pages()).status == 404, path);
  EXPECT(answer("POST", "/", pages()).status == 404);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", ""}) {
    AdminAnswer refused = answer(method, "/metrics", pages());
    EXPECT(refused.status == 405);
    EXPECT(refused.allow == "GET, HEAD");
  }
}

}  // namespace
}  // namespace usher::service

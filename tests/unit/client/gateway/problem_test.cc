#include "client/gateway/problem.h"

#include "tests/doctest.h"

using namespace usher;
using namespace usher::gateway;

TEST_CASE("a problem says what is wrong, where, and under which request") {
  Problem problem = wrong_field("seatCount", "it is missing").error();
  EXPECT(problem_json(problem, "r-1") ==
         R"({"type":"about:blank","title":"Bad Request","status":400,"code":"INVALID_FIELD",)"
         R"("detail":"it is missing","requestId":"r-1","field":"seatCount"})");
}

TEST_CASE("a problem about a reservation carries it") {
  Problem problem{.status = 409,
                  .code = "ALREADY_CANCELLED",
                  .detail = "it was cancelled",
                  .reservation_json = R"({"status":"CANCELLED"})"};
  EXPECT(problem_json(problem, "r").contains(R"("reservation":{"status":"CANCELLED"})"));
}

TEST_CASE("503 is surely not taken, 504 may have been") {
  EXPECT(problem_of(Error{ErrorCode::NOT_LEADER, ""}).status == 503);
  EXPECT(problem_of(Error{ErrorCode::TIMED_OUT, ""}).status == 504);
  EXPECT(problem_of(Error{ErrorCode::TIMED_OUT, ""}).code == "OUTCOME_UNKNOWN");
  EXPECT(problem_of(Error{ErrorCode::BATCH_MALFORMED, ""}).status == 500);
}

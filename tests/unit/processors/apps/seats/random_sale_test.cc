#include "tests/unit/processors/apps/seats/random_sale.h"

#include "tests/doctest.h"

namespace usher::seats {
namespace {

TEST_CASE("random sales go as the naive model says, and nothing is seen that must not be") {
  SaleCounts counts;
  std::string wrong;
  for (uint64_t seed = 1; seed <= 60 && wrong.empty(); ++seed)
    wrong = run_random_sale(seed, 150, counts);
  REQUIRE_MESSAGE(wrong.empty(), wrong);
  for (const char* word :
       {"CONFIRMED",       "PAID",          "CANCELLED",         "EXPIRED",        "REJECTED",
        "UNKNOWN",         "SOLD_OUT",      "NO_ADJACENT_SEATS", "SEAT_TAKEN",     "UNKNOWN_EVENT",
        "UNKNOWN_SECTION", "UNKNOWN_SEAT",  "DUPLICATE_SEAT",    "LIMIT_EXCEEDED", "NOT_OPEN",
        "CLOSED",          "INVALID_COUNT", "KEY_REUSED",        "DONE",           "UNCHANGED",
        "DIFFERENT",       "INVALID"})
    EXPECT_MESSAGE(counts.words[word] >= 3, word);
}

}  // namespace
}  // namespace usher::seats

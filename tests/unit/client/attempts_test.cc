#include "client/attempts.h"

#include "proto/base/limits.h"

#include "tests/doctest.h"

namespace usher::client {
namespace {

constexpr MonotonicTime kNow{10s};
constexpr MonotonicTime kDeadline{20s};

struct Row {
  ErrorCode code;
  bool again_where_repeatable;
  bool again_where_not;
  bool elsewhere;
};

TEST_CASE("each kind of failure says whether to try again, and where") {
  for (const Row& row : {
           Row{ErrorCode::NOT_LEADER, true, true, true},
           Row{ErrorCode::UNREACHABLE, true, true, true},
           Row{ErrorCode::CONNECTION_LOST, true, false, true},
           Row{ErrorCode::TIMED_OUT, true, false, true},
           Row{ErrorCode::CUT_OFF, true, true, false},
           Row{ErrorCode::DISK_FULL, true, true, false},
           Row{ErrorCode::SEQUENCE_TOO_EARLY, true, true, false},
           Row{ErrorCode::NOT_FOUND, false, false, false},
           Row{ErrorCode::WRONG_WRITER, false, false, false},
           Row{ErrorCode::PRODUCER_UNKNOWN, false, false, false},
       }) {
    CAPTURE(info(row.code).name);
    RetryPlan repeatable = Attempts(kDeadline, true).failed({row.code, ""}, kNow);
    RetryPlan once = Attempts(kDeadline, false).failed({row.code, ""}, kNow);
    EXPECT(repeatable.again == row.again_where_repeatable);
    EXPECT(once.again == row.again_where_not);
    EXPECT(repeatable.elsewhere == row.elsewhere);
  }
}

TEST_CASE("delays double up to their limit") {
  EXPECT(retry_delay(1) == limits::kRetryDelayMin);
  EXPECT(retry_delay(2) == 2 * limits::kRetryDelayMin);
  EXPECT(retry_delay(3) == 4 * limits::kRetryDelayMin);
  EXPECT(retry_delay(1000) == limits::kRetryDelayMax);
}

TEST_CASE("who is told where to go goes at once, but not in circles") {
  Attempts attempts(kDeadline, true);
  for (uint32_t i = 0; i < limits::kRedirectsAtOnce; ++i)
    EXPECT(attempts.failed({ErrorCode::NOT_LEADER, "", 2}, kNow).after == 0ns);
  EXPECT(attempts.failed({ErrorCode::NOT_LEADER, "", 2}, kNow).after > 0ns);
}

TEST_CASE("nothing is tried again behind the deadline") {
  Attempts attempts(kDeadline, true);
  EXPECT(!attempts.failed({ErrorCode::UNREACHABLE, ""}, MonotonicTime(19'999ms)).again);
  EXPECT(attempts.left(MonotonicTime(25s)) == 0ns);
}

TEST_CASE("an attempt that may have been done is never called surely not done") {
  Attempts attempts(kDeadline, true);
  attempts.failed({ErrorCode::CONNECTION_LOST, ""}, kNow);
  attempts.failed({ErrorCode::UNREACHABLE, "nobody there"}, kNow);
  EXPECT(attempts.maybe_done());
  EXPECT(outcome_of(attempts.verdict()) == Outcome::kUnknown);
  EXPECT(attempts.verdict().detail.contains("nobody there"));

  Attempts sure(kDeadline, true);
  sure.failed({ErrorCode::UNREACHABLE, ""}, kNow);
  EXPECT(outcome_of(sure.verdict()) == Outcome::kNotDone);
  EXPECT(outcome_of(Attempts(kDeadline, true).verdict()) == Outcome::kNotDone);
}

}  // namespace
}  // namespace usher::client

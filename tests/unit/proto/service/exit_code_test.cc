#include "proto/service/exit_code.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

TEST_CASE("exit codes tell wrong usage, no outcome, and everything else apart") {
  EXPECT(exit_code({ErrorCode::CONFIG_INVALID, ""}) == 2);
  EXPECT(exit_code({ErrorCode::INVALID_ARGUMENT, ""}) == 2);
  EXPECT(exit_code({ErrorCode::NOT_IN_THIS_VERSION, ""}) == 2);
  EXPECT(exit_code({ErrorCode::UNREACHABLE, ""}) == 5);
  EXPECT(exit_code({ErrorCode::CONNECTION_LOST, ""}) == 5);
  EXPECT(exit_code({ErrorCode::TIMED_OUT, ""}) == 5);
  EXPECT(exit_code({ErrorCode::ADDRESS_UNUSABLE, ""}) == 1);
  EXPECT(exit_code({ErrorCode::INTERNAL, ""}) == 1);
}

}  // namespace
}  // namespace usher::service

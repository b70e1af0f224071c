#include "proto/service/exit_code.h"

#include <cstdio>

namespace usher::service {

int exit_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::INVALID_ARGUMENT:
    case ErrorCode::CONFIG_INVALID:
    case ErrorCode::NOT_IN_THIS_VERSION:
      return kWrongUsage;
    case ErrorCode::UNREACHABLE:
    case ErrorCode::CONNECTION_LOST:
    case ErrorCode::TIMED_OUT:
      return kNoOutcome;
    default:
      return kFailed;
  }
}

int report(const Error& error) {
  std::fprintf(stderr, "error: %s\n", error.text().c_str());
  return exit_code(error);
}

}  // namespace usher::service

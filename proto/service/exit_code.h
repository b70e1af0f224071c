// How a program of Usher ends: with one of the exit codes that are the same for all of them, and
// one line on stderr where something went wrong.
#pragma once

#include "proto/base/result.h"

namespace usher::service {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
// By the rules of the system: a reservation was rejected.
constexpr int kRefused = 3;
constexpr int kNoOutcome = 5;

int exit_code(const Error& error);

// Prints "error: CODE: what happened; what to do" and returns the exit code.
int report(const Error& error);

}  // namespace usher::service

// What a task does when an append is not answered with a receipt. Pure: docs/architecture.md has
// the table, and this is it.
#pragma once

#include "proto/base/result.h"

namespace usher::processors {

enum class Remedy : uint8_t {
  kResend,  // the same again, from the oldest that has no receipt
  kReread,  // drop what was computed ahead, read the log again from the position it says
  kClose,   // somebody else owns the task
  kStop,    // a bug or a setting: going on would not help
};

Remedy remedy_for(const Error& refusal);

}  // namespace usher::processors

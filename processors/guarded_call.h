// The one place where a foreign exception may end: an app's code is called through here, and what
// it throws becomes an Error. (House rule: exceptions are caught in one file.)
#pragma once

#include <functional>

#include "proto/base/result.h"

namespace usher::processors {

// PROCESSOR_FAILED with the exception's words.
Result<void> guarded_call(const std::function<Result<void>()>& call);

}  // namespace usher::processors

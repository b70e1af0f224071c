#include "processors/guarded_call.h"

#include <exception>

namespace usher::processors {

Result<void> guarded_call(const std::function<Result<void>()>& call) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::PROCESSOR_FAILED, thrown.what());
  } catch (...) {
    return fail(ErrorCode::PROCESSOR_FAILED, "an exception without words");
  }
}

}  // namespace usher::processors

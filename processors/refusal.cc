#include "processors/refusal.h"

namespace usher::processors {

Remedy remedy_for(const Error& refusal) {
  switch (refusal.code) {
    case ErrorCode::FENCED:
      return Remedy::kClose;
    case ErrorCode::INPUT_GONE:
    case ErrorCode::DIVERGED:
      return Remedy::kReread;
    case ErrorCode::TOO_EARLY:
      return Remedy::kResend;
    default:
      // Surely not done, or perhaps: a step has a number, so it may always be sent again.
      return refusal.retry() == Retry::kNever ? Remedy::kStop : Remedy::kResend;
  }
}

}  // namespace usher::processors

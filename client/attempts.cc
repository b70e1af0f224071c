#include "client/attempts.h"

#include <algorithm>

#include "proto/base/limits.h"

namespace usher::client {
bool is_elsewhere(ErrorCode code) {
  switch (code) {
    case ErrorCode::NOT_LEADER:
    case ErrorCode::LEADER_MOVING:
    case ErrorCode::UNREACHABLE:
    case ErrorCode::CONNECTION_LOST:
    case ErrorCode::TIMED_OUT:
    case ErrorCode::CLOSED:
    case ErrorCode::STALE_METADATA:
      return true;
    default:
      return false;
  }
}

Outcome outcome_of(const Error& error) {
  return error.retry() == Retry::kUnknown || error.code == ErrorCode::PRODUCER_UNKNOWN
             ? Outcome::kUnknown
             : Outcome::kNotDone;
}

Duration retry_delay(uint32_t failures) {
  uint32_t doublings = std::min<uint32_t>(failures == 0 ? 0 : failures - 1, 16);
  return std::min(Duration(limits::kRetryDelayMin * (int64_t{1} << doublings)),
                  limits::kRetryDelayMax);
}

Duration Attempts::left(MonotonicTime now) const {
  return now < deadline_ ? deadline_ - now : Duration::zero();
}

RetryPlan Attempts::failed(Error why, MonotonicTime now) {
  ++failures_;
  if (outcome_of(why) == Outcome::kUnknown) maybe_done_ = true;
  last_ = std::move(why);
  RetryPlan plan;
  plan.elsewhere = is_elsewhere(last_.code);
  bool may = last_.retry() == Retry::kSafe || (last_.retry() == Retry::kUnknown && repeatable_);
  // Told where to go: at once, unless two of them keep pointing at each other.
  named_ = last_.code == ErrorCode::NOT_LEADER && last_.at ? named_ + 1 : 0;
  if (named_ == 0 || named_ > limits::kRedirectsAtOnce) plan.after = retry_delay(failures_);
  plan.again = may && now + plan.after < deadline_;
  return plan;
}

Error Attempts::verdict() const {
  if (!maybe_done_ || outcome_of(last_) == Outcome::kUnknown) return last_;
  return {ErrorCode::TIMED_OUT,
          "an earlier attempt may have been done; the last failed: " + last_.text()};
}

}  // namespace usher::client

#include "broker/partition/catch_up.h"

#include <algorithm>

namespace usher::partition {

Duration CatchUpPace::hold_back(uint64_t bytes, MonotonicTime now) {
  bytes_ += bytes;
  MonotonicTime leaves_at = std::max(now, free_at_);
  auto takes = std::chrono::duration<double>(static_cast<double>(bytes) /
                                             static_cast<double>(bytes_per_second_));
  free_at_ = leaves_at + std::chrono::duration_cast<Duration>(takes);
  return leaves_at - now;
}

}  // namespace usher::partition

// How fast followers that lag behind the tail are fed from segments, over all partitions of a
// broker: a disk that comes back empty wants everything at once, and clients are served meanwhile.
// Pure bookkeeping: whoever has read so many bytes is told how long to hold them back.
#pragma once

#include <cstdint>

#include "proto/base/time.h"

namespace usher::partition {

class CatchUpPace {
 public:
  explicit CatchUpPace(uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  // Of `bytes` that are to be sent now: when they may leave. One piece is always free.
  Duration hold_back(uint64_t bytes, MonotonicTime now);
  // All that was ever fed.
  uint64_t bytes() const { return bytes_; }

 private:
  uint64_t bytes_per_second_;
  uint64_t bytes_ = 0;
  MonotonicTime free_at_;  // what was let through until now is paid then
};

}  // namespace usher::partition

#include "proto/base/system_clock.h"

namespace usher {

MonotonicTime SystemClock::monotonic() const {
  return MonotonicTime(std::chrono::steady_clock::now().time_since_epoch());
}

WallTime SystemClock::wall() const {
  auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return WallTime(std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count());
}

}  // namespace usher

// The seam to time. Production passes SystemClock; the simulator passes one it moves by hand,
// broken where a test wants it broken. Nothing else in Usher asks the machine what time it is.
#pragma once

#include "proto/base/time.h"

namespace usher {

class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes back; says nothing about the world outside this process.
  virtual MonotonicTime monotonic() const = 0;
  // May jump in either direction, as the machine's clock does.
  virtual WallTime wall() const = 0;
};

}  // namespace usher

// The machine's clocks: the one Clock of production. Any thread may ask.
#pragma once

#include "proto/base/clock.h"

namespace usher {

class SystemClock final : public Clock {
 public:
  MonotonicTime monotonic() const override;
  WallTime wall() const override;
};

}  // namespace usher

// What makes a cluster this one and a data directory this one: random, never used again.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "proto/base/ids.h"

namespace usher::wire {

struct ClusterId {
  uint64_t high = 0;
  uint64_t low = 0;

  bool is_none() const { return high == 0 && low == 0; }
  friend auto operator<=>(const ClusterId&, const ClusterId&) = default;
};

// 32 hexadecimal digits.
std::string text_of(const ClusterId& id);

// Of one data directory. A lost disk comes back under another.
using Incarnation = Id<struct IncarnationTag, uint64_t>;

}  // namespace usher::wire

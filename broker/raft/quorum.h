// Majorities. Pure arithmetic, apart from everything that uses it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "proto/base/check.h"

namespace usher::raft {

// The largest value that a majority has reached; one value for each voter, at least one voter.
template <class T>
T majority_reached(std::vector<T> reached) {
  CHECK(!reached.empty(), "a group has voters");
  auto middle = reached.begin() + static_cast<std::ptrdiff_t>(reached.size() / 2);
  std::ranges::nth_element(reached, middle, std::greater{});
  return *middle;
}

enum class VoteOutcome : uint8_t { kOpen, kWon, kLost };

struct VoteCount {
  size_t voters = 0;
  size_t granted = 0;
  size_t refused = 0;
};

// Lost as soon as it cannot be won any more.
VoteOutcome outcome(const VoteCount& count);

}  // namespace usher::raft

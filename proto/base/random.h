// Randomness that a seed decides. One Random is made per process or simulated node; each concern
// takes its own named stream from it, so that one more draw in one place does not change what
// another place sees. Not for secrets.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "proto/base/time.h"

namespace usher {

class Random {
 public:
  explicit Random(uint64_t seed);
  // An independent generator; the same seed and name give the same stream, whatever was drawn
  // before.
  Random stream(std::string_view name) const;

  uint64_t next();
  // 0 … bound - 1, each as likely as the next; bound is not 0.
  uint64_t below(uint64_t bound);
  // low … high, both included.
  uint64_t between(uint64_t low, uint64_t high);
  Duration between(Duration low, Duration high);
  // True in `parts` of `of` cases.
  bool chance(uint64_t parts, uint64_t of) { return below(of) < parts; }

 private:
  uint64_t seed_;
  std::array<uint64_t, 4> state_;
};

// The one place that asks the machine for entropy: a seed for main() to start from.
uint64_t seed_from_system();

}  // namespace usher

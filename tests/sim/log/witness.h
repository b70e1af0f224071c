// Who sees everything in a simulated world: the first violation, and a hash over all that happened,
// so that two runs of one seed can be compared.
#pragma once

#include <string>
#include <string_view>

#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

class Witness {
 public:
  explicit Witness(const SimLoop& loop) : loop_(loop) {}

  // What was seen must never be. Only the first counts: what follows follows from it.
  void violate(std::string what);
  const std::string& violation() const { return violation_; }
  bool saw_violation() const { return !violation_.empty(); }

  void trace(std::string_view what);
  uint64_t trace_hash() const { return trace_; }
  // Prints the trace as it grows.
  void be_loud() { loud_ = true; }

 private:
  const SimLoop& loop_;
  std::string violation_;
  uint64_t trace_ = 0;
  bool loud_ = false;
};

}  // namespace usher::sim

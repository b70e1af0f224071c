// What a bench found out, as text and as the JSON that every bench has (contract, bench).
#pragma once

#include <cstdint>
#include <string>

#include "client/cli/output.h"
#include "proto/base/histogram.h"
#include "proto/base/time.h"

namespace usher::cli {

struct BenchReport {
  std::string bench;
  double seconds = 0;
  uint64_t operations = 0;
  uint64_t errors = 0;
  uint64_t bytes = 0;
  // In nanoseconds: from when an operation was due to its outcome.
  Histogram latency_ns;
};

inline double ms(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

// What every bench has; a bench may add to it.
JsonObject json_object_of(const BenchReport& report);
std::string json_of(const BenchReport& report);
std::string text_of(const BenchReport& report);

}  // namespace usher::cli

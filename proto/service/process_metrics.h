// What the machine knows of this process, as metrics: memory, processor time, open files, and which
// build it is.
#pragma once

#include <vector>

#include "proto/base/clock.h"
#include "proto/base/metrics.h"

namespace usher::service {

// While it lives, these are shown.
class ProcessMetrics {
 public:
  ProcessMetrics(Metrics& metrics, const Clock& clock);

 private:
  std::vector<Watch> watches_;
};

}  // namespace usher::service

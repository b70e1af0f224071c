#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {

const wire::StepGuard* step_of(const wire::Batch& batch) {
  return std::get_if<wire::StepGuard>(&batch.header().guard());
}

}  // namespace usher::sim

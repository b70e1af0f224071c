#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {

CommittedLog log_of(AppId app, const CommittedLog& log) {
  CommittedLog seen;
  for (const wire::Batch& batch : log)
    if (const wire::StepGuard* step = step_of(batch); !step || step->app == app)
      seen.push_back(batch);
  return seen;
}

const wire::StepGuard* step_of(const wire::Batch& batch) {
  return std::get_if<wire::StepGuard>(&batch.header().guard());
}

}  // namespace usher::sim

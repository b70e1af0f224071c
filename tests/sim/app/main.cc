// sim_app [--seed N] [--count N]: a counting app over a simulated partition, one number a run.
#include <fmt/format.h>

#include "tests/sim/app/run.h"
#include "tests/sim/seeds.h"

namespace {

usher::tests::SeedReport run(uint64_t seed, bool /*loud*/) {
  usher::sim::AppOutcome outcome = usher::sim::run_app_seed(seed);
  return {.line = fmt::format("{} inputs, {} steps, {} timers, {} recoveries, {} answers ({} "
                              "waited), {} leaders",
                              outcome.inputs, outcome.steps, outcome.timers, outcome.recoveries,
                              outcome.answers, outcome.answers_waited, outcome.leaders),
          .violation = outcome.violation,
          .little = {},
          .trace = outcome.trace,
          .kinds = usher::tests::kinds_of<usher::sim::AppFault>(outcome.faults)};
}

}  // namespace

int main(int argc, char** argv) {
  return usher::tests::run_seeds(
      {.text = {"sim_app", "runs a counting app over simulated partitions",
                "sim_app --seed 128 --count 10"},
       .again = "sim_app",
       .run = run},
      argc, argv);
}

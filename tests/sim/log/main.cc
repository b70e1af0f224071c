// sim [--seed N] [--count N]: simulated partitions under faults, one number each.
#include <fmt/format.h>

#include "tests/sim/log/run.h"
#include "tests/sim/seeds.h"

namespace {

usher::tests::SeedReport run(uint64_t seed, bool loud) {
  usher::sim::Outcome outcome = usher::sim::run_seed(seed, loud);
  return {.line = fmt::format("{} operations, {} leaders, {} snapshots", outcome.operations,
                              outcome.leaders, outcome.snapshots),
          .violation = outcome.violation,
          .little = outcome.violation.empty() ? usher::sim::too_little(outcome) : "",
          .trace = outcome.trace,
          .kinds = usher::tests::kinds_of<usher::sim::Fault>(outcome.faults)};
}

}  // namespace

int main(int argc, char** argv) {
  return usher::tests::run_seeds(
      {.text = {"sim", "runs simulated partitions under faults", "sim --seed 128 --count 10"},
       .again = "tools/dev sim",
       .rare_fails = true,
       .run = run,
       .has_loud = true},
      argc, argv);
}

// sim_app [--seed N] [--count N]: a counting app over a simulated partition, one number a run.
// Prints the seed first, and a line `trace HASH` for each; the same seed gives the same hash.
#include <array>

#include <fmt/format.h>

#include "tests/options.h"
#include "tests/sim/app/run.h"

namespace {

using usher::sim::AppOutcome;

int run(uint64_t first, uint64_t count) {
  uint64_t failed = 0;
  std::array<uint64_t, usher::sim::kAppFaults> seeds_with{};
  for (uint64_t seed = first; seed < first + count; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    AppOutcome outcome = usher::sim::run_app_seed(seed);
    fmt::print(
        "seed {}: {} inputs, {} steps, {} timers, {} recoveries, {} answers ({} waited), "
        "{} leaders\n",
        seed, outcome.inputs, outcome.steps, outcome.timers, outcome.recoveries, outcome.answers,
        outcome.answers_waited, outcome.leaders);
    if (!outcome.violation.empty())
      fmt::print("seed {}: VIOLATION: {}\nagain with: sim_app --seed {}\n", seed, outcome.violation,
                 seed);
    fmt::print("trace {:016x}\n", outcome.trace);
    failed += !outcome.violation.empty();
    for (size_t i = 0; i < seeds_with.size(); ++i) seeds_with[i] += outcome.faults[i] > 0;
  }
  for (size_t i = 0; i < seeds_with.size(); ++i)
    fmt::print("{}: in {} of {} seeds\n", usher::sim::name(static_cast<usher::sim::AppFault>(i)),
               seeds_with[i], count);
  fmt::print("{} passed, {} failed\n", count - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1;
  uint64_t count = 1;
  auto any = usher::service::integer_value(0, UINT64_MAX);
  usher::service::Settings settings({"sim_app", "runs a counting app over simulated partitions",
                                     "sim_app --seed 128 --count 10"});
  settings.add("seed", any, seed, "The first seed; the same seed gives the same trace.");
  settings.add("count", any, count, "How many seeds, one after the other.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  return run(seed, count);
}

// sim_money [--seed N] [--count N]: two banks over simulated partitions, one number a run. Prints
// the seed first, and a line `trace HASH` for each; the same seed gives the same hash. A build with
// planted bugs takes the name of one, and stops at the seed that finds it (tools/planted).
#include <array>

#include <fmt/format.h>

#include "tests/options.h"
#include "tests/sim/money/run.h"
#include "tests/sim/planting.h"

namespace {

using usher::sim::MoneyOutcome;

struct Asked {
  uint64_t seed = 1;
  uint64_t count = 1;
  std::string plant;
};

void report(uint64_t seed, const MoneyOutcome& outcome) {
  fmt::print(
      "seed {}: {} orders, {} passages, {} told, {} steps, {} timers, {} recoveries, {} leaders, "
      "{} carriers died\n",
      seed, outcome.orders, outcome.passages, outcome.told, outcome.steps, outcome.timers,
      outcome.recoveries, outcome.leaders, outcome.carriers_died);
  if (!outcome.violation.empty())
    fmt::print("seed {}: VIOLATION: {}\nagain with: sim_money --seed {}\n", seed, outcome.violation,
               seed);
  fmt::print("trace {:016x}\n", outcome.trace);
}

int run(const Asked& asked) {
  uint64_t failed = 0;
  std::array<uint64_t, usher::sim::kAppFaults> seeds_with{};
  for (uint64_t seed = asked.seed; seed < asked.seed + asked.count; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    MoneyOutcome outcome = usher::sim::run_money_seed(seed);
    report(seed, outcome);
    failed += !outcome.violation.empty();
    if (failed > 0 && !asked.plant.empty()) return 1;
    for (size_t i = 0; i < seeds_with.size(); ++i) seeds_with[i] += outcome.faults[i] > 0;
  }
  for (size_t i = 0; i < seeds_with.size(); ++i)
    fmt::print("{}: in {} of {} seeds\n", usher::sim::name(static_cast<usher::sim::AppFault>(i)),
               seeds_with[i], asked.count);
  fmt::print("{} passed, {} failed\n", asked.count - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  auto any = usher::service::integer_value(0, UINT64_MAX);
  usher::service::Settings settings(
      {"sim_money", "runs two banks over simulated partitions", "sim_money --seed 128 --count 10"});
  settings.add("seed", any, asked.seed, "The first seed; the same seed gives the same trace.");
  settings.add("count", any, asked.count, "How many seeds, one after the other.");
  settings.add("plant", usher::service::text_value(), asked.plant,
               "A bug of proto/base/planted.inc; in a build that has them.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  if (auto code = usher::tests::plant_bug(asked.plant)) return *code;
  return run(asked);
}

// sim_money [--seed N] [--count N]: two banks over simulated partitions, one number a run.
#include <fmt/format.h>

#include "tests/sim/money/run.h"
#include "tests/sim/seeds.h"

namespace {

usher::tests::SeedReport run(uint64_t seed, bool /*loud*/) {
  usher::sim::MoneyOutcome outcome = usher::sim::run_money_seed(seed);
  return {.line = fmt::format("{} orders, {} passages, {} told, {} steps, {} timers, {} "
                              "recoveries, {} leaders, {} carriers died",
                              outcome.orders, outcome.passages, outcome.told, outcome.steps,
                              outcome.timers, outcome.recoveries, outcome.leaders,
                              outcome.carriers_died),
          .violation = outcome.violation,
          .little = {},
          .trace = outcome.trace,
          .kinds = usher::tests::kinds_of<usher::sim::AppFault>(outcome.faults)};
}

}  // namespace

int main(int argc, char** argv) {
  return usher::tests::run_seeds({.text = {"sim_money", "runs two banks over simulated partitions",
                                           "sim_money --seed 128 --count 10"},
                                  .again = "sim_money",
                                  .run = run},
                                 argc, argv);
}

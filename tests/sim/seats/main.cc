// sim_seats [--seed N] [--count N]: a sale over a simulated partition, one number a run.
#include <fmt/format.h>

#include "tests/sim/seats/run.h"
#include "tests/sim/seeds.h"

namespace {

usher::tests::SeedReport run(uint64_t seed, bool /*loud*/) {
  usher::sim::SaleOutcome outcome = usher::sim::run_sale_seed(seed);
  const usher::audit::ReservationSums& sums = outcome.sums;
  return {.line = fmt::format("{} commands, {} told, {} steps, {} timers, {} recoveries, {} "
                              "leaders; {} held, {} paid, {} cancelled, {} expired, {} rejected, "
                              "{} duplicates, {} dead letters",
                              outcome.commands, outcome.told, outcome.steps, outcome.timers,
                              outcome.recoveries, outcome.leaders, sums.confirmed, sums.paid,
                              sums.cancelled, sums.expired, sums.rejected, sums.duplicates,
                              sums.dead_letters),
          .violation = outcome.violation,
          .little = {},
          .trace = outcome.trace,
          .kinds = usher::tests::kinds_of<usher::sim::AppFault>(outcome.faults)};
}

}  // namespace

int main(int argc, char** argv) {
  return usher::tests::run_seeds({.text = {"sim_seats", "runs sales over simulated partitions",
                                           "sim_seats --seed 128 --count 10"},
                                  .again = "sim_seats",
                                  .run = run},
                                 argc, argv);
}

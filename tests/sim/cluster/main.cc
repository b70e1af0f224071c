// sim_cluster [--seed N] [--count N]: simulated clusters under faults, one number each.
#include <fmt/format.h>

#include "tests/sim/cluster/run.h"
#include "tests/sim/seeds.h"

namespace {

usher::tests::SeedReport run(uint64_t seed, bool loud) {
  usher::clusters::Outcome outcome = usher::clusters::run_seed(seed, loud);
  const usher::clusters::AdminCounts& changes = outcome.changes;
  auto kinds = usher::tests::kinds_of<usher::clusters::Fault>(outcome.faults);
  kinds.insert(kinds.end(), {{"founded late", outcome.founded_late},
                             {"topic made", changes.topics_made},
                             {"topic altered", changes.topics_altered},
                             {"topic deleted", changes.topics_deleted},
                             {"space made", changes.spaces_made},
                             {"space deleted", changes.spaces_deleted}});
  return {.line = fmt::format("{} operations, {} acknowledged, {} leaders; topics {} made, {} "
                              "altered, {} deleted; spaces {} made, {} deleted",
                              outcome.operations, outcome.acknowledged, outcome.leaders,
                              changes.topics_made, changes.topics_altered, changes.topics_deleted,
                              changes.spaces_made, changes.spaces_deleted),
          .violation = outcome.violation,
          .little = {},
          .trace = outcome.trace,
          .kinds = std::move(kinds)};
}

}  // namespace

int main(int argc, char** argv) {
  return usher::tests::run_seeds({.text = {"sim_cluster", "runs simulated clusters under faults",
                                           "sim_cluster --seed 128 --count 10"},
                                  .again = "sim_cluster",
                                  .rare_fails = true,
                                  .run = run,
                                  .has_loud = true},
                                 argc, argv);
}

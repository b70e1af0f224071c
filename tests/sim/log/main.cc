// sim [--seed N] [--count N]: simulated partitions under faults, one number each. Prints the seed
// first, and a line `trace HASH` for each seed; the same seed gives the same hash.
#include <array>

#include <fmt/format.h>

#include "tests/options.h"
#include "tests/sim/log/run.h"

namespace {

using usher::sim::Outcome;

void report(uint64_t seed, const Outcome& outcome) {
  fmt::print("seed {}: {} operations, {} leaders\n", seed, outcome.operations, outcome.leaders);
  if (!outcome.violation.empty())
    fmt::print("seed {}: VIOLATION: {}\nagain with: tools/dev sim --seed {}\n", seed,
               outcome.violation, seed);
  fmt::print("trace {:016x}\n", outcome.trace);
}

int run(uint64_t first, uint64_t count) {
  uint64_t failed = 0;
  std::array<uint64_t, usher::sim::kFaults> seeds_with{};
  for (uint64_t seed = first; seed < first + count; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    Outcome outcome = usher::sim::run_seed(seed);
    report(seed, outcome);
    failed += !outcome.violation.empty();
    for (size_t i = 0; i < seeds_with.size(); ++i) seeds_with[i] += outcome.faults[i] > 0;
  }
  for (size_t i = 0; i < seeds_with.size(); ++i)
    fmt::print("{}: in {} of {} seeds\n", usher::sim::name(static_cast<usher::sim::Fault>(i)),
               seeds_with[i], count);
  fmt::print("{} passed, {} failed\n", count - failed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1;
  uint64_t count = 1;
  auto any = usher::service::integer_value(0, UINT64_MAX);
  usher::service::Settings settings(
      {"sim", "runs simulated partitions under faults", "sim --seed 128 --count 10"});
  settings.add("seed", any, seed, "The first seed; the same seed gives the same trace.");
  settings.add("count", any, count, "How many seeds, one after the other.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  return run(seed, count);
}

// sim [--seed N] [--count N]: simulated partitions under faults, one number each. Prints the seed
// first, and a line `trace HASH` for each seed; the same seed gives the same hash.
#include <charconv>
#include <map>
#include <string_view>

#include <fmt/format.h>

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
  std::map<std::string_view, uint64_t> flags = {{"--seed", 1}, {"--count", 1}};
  for (int i = 1; i < argc; i += 2) {
    auto flag = flags.find(argv[i]);
    std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    auto parsed = flag == flags.end()
                      ? std::from_chars_result{nullptr, std::errc::invalid_argument}
                      : std::from_chars(value.data(), value.data() + value.size(), flag->second);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) {
      fmt::print(stderr, "error: INVALID_ARGUMENT: {} {}; usage: sim [--seed N] [--count N]\n",
                 argv[i], value);
      return 2;
    }
  }
  return run(flags["--seed"], flags["--count"]);
}

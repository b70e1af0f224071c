// sim [--seed N] [--count N]: simulated partitions under faults, one number each. Prints the seed
// first, and a line `trace HASH` for each seed; the same seed gives the same hash. A build with
// planted bugs takes the name of one, and stops at the seed that finds it (tools/planted).
#include <array>

#include <fmt/format.h>
#include <malloc.h>

#include "tests/options.h"
#include "tests/sim/log/run.h"
#include "tests/sim/planting.h"

namespace {

using usher::sim::Outcome;

// Fewer seeds say nothing of how often a kind of fault is drawn.
constexpr uint64_t kSeedsThatSay = 100;

struct Asked {
  uint64_t seed = 1;
  uint64_t count = 1;
  bool loud = false;
  std::string plant;
};

// True: all is well.
bool report(uint64_t seed, const Outcome& outcome) {
  fmt::print("seed {}: {} operations, {} leaders, {} snapshots\n", seed, outcome.operations,
             outcome.leaders, outcome.snapshots);
  bool violated = !outcome.violation.empty();
  std::string little = violated ? "" : usher::sim::too_little(outcome);
  if (violated) fmt::print("seed {}: VIOLATION: {}\n", seed, outcome.violation);
  if (!little.empty()) fmt::print("seed {}: SAYS TOO LITTLE: {}\n", seed, little);
  if (violated || !little.empty()) fmt::print("again with: tools/dev sim --seed {}\n", seed);
  fmt::print("trace {:016x}\n", outcome.trace);
  return !violated && little.empty();
}

// How many kinds of fault were too rare.
uint64_t report_faults(const std::array<uint64_t, usher::sim::kFaults>& seeds_with,
                       uint64_t count) {
  uint64_t rare = 0;
  for (size_t i = 0; i < seeds_with.size(); ++i) {
    bool is_rare = count >= kSeedsThatSay && seeds_with[i] * 20 < count;
    fmt::print("{}: in {} of {} seeds{}\n", usher::sim::name(static_cast<usher::sim::Fault>(i)),
               seeds_with[i], count, is_rare ? ": TOO RARE" : "");
    rare += is_rare;
  }
  return rare;
}

int run(const Asked& asked) {
  uint64_t failed = 0;
  std::array<uint64_t, usher::sim::kFaults> seeds_with{};
  for (uint64_t seed = asked.seed; seed < asked.seed + asked.count; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    Outcome outcome = usher::sim::run_seed(seed, asked.loud);
    failed += !report(seed, outcome);
    if (failed > 0 && !asked.plant.empty()) return 1;
    for (size_t i = 0; i < seeds_with.size(); ++i) seeds_with[i] += outcome.faults[i] > 0;
  }
  uint64_t rare = report_faults(seeds_with, asked.count);
  fmt::print("{} passed, {} failed\n", asked.count - failed, failed + rare);
  return failed + rare == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  // Journals are read again and again: what is freed is kept, not given back and zeroed anew.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  Asked asked;
  auto any = usher::service::integer_value(0, UINT64_MAX);
  usher::service::Settings settings(
      {"sim", "runs simulated partitions under faults", "sim --seed 128 --count 10"});
  settings.add("seed", any, asked.seed, "The first seed; the same seed gives the same trace.");
  settings.add("count", any, asked.count, "How many seeds, one after the other.");
  settings.add("loud", usher::service::boolean_value(), asked.loud, "Prints all that happens.");
  settings.add("plant", usher::service::text_value(), asked.plant,
               "A bug of proto/base/planted.inc; in a build that has them.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  if (auto code = usher::tests::plant_bug(asked.plant)) return *code;
  return run(asked);
}

// sim_cluster [--seed N] [--count N]: simulated clusters, one number each. Prints the seed first,
// and a line `trace HASH` for each; the same seed gives the same hash. A build with planted bugs
// takes the name of one, and stops at the seed that finds it (tools/planted).
#include <array>

#include <fmt/format.h>
#include <malloc.h>

#include "tests/options.h"
#include "tests/sim/cluster/run.h"
#include "tests/sim/planting.h"

namespace {

using usher::clusters::Outcome;

// Fewer seeds say nothing of how often a kind of fault is drawn.
constexpr uint64_t kSeedsThatSay = 100;

struct Asked {
  uint64_t seed = 1;
  uint64_t count = 1;
  bool loud = false;
  std::string plant;
};

// In how many seeds something happened.
class Seen {
 public:
  void take(const Outcome& outcome) {
    ++seeds_;
    for (size_t i = 0; i < usher::clusters::kFaults; ++i)
      note(std::string(name(static_cast<usher::clusters::Fault>(i))), outcome.faults[i]);
    note("founded late", outcome.founded_late);
    note("topic made", outcome.changes.topics_made);
    note("topic altered", outcome.changes.topics_altered);
    note("topic deleted", outcome.changes.topics_deleted);
    note("space made", outcome.changes.spaces_made);
    note("space deleted", outcome.changes.spaces_deleted);
  }

  // How many kinds were too rare.
  uint64_t report() const {
    uint64_t rare = 0;
    for (const auto& [what, seeds] : with_) {
      bool is_rare = seeds_ >= kSeedsThatSay && seeds * 20 < seeds_;
      fmt::print("{}: in {} of {} seeds{}\n", what, seeds, seeds_, is_rare ? ": TOO RARE" : "");
      rare += is_rare;
    }
    return rare;
  }

 private:
  void note(const std::string& what, uint64_t times) { with_[what] += times > 0; }
  uint64_t seeds_ = 0;
  std::map<std::string, uint64_t> with_;
};

void report(uint64_t seed, const Outcome& outcome) {
  const usher::clusters::AdminCounts& changes = outcome.changes;
  fmt::print(
      "seed {}: {} operations, {} acknowledged, {} leaders; topics {} made, {} altered, {} "
      "deleted; spaces {} made, {} deleted\n",
      seed, outcome.operations, outcome.acknowledged, outcome.leaders, changes.topics_made,
      changes.topics_altered, changes.topics_deleted, changes.spaces_made, changes.spaces_deleted);
  if (!outcome.violation.empty())
    fmt::print("seed {}: VIOLATION: {}\nagain with: sim_cluster --seed {}\n", seed,
               outcome.violation, seed);
  fmt::print("trace {:016x}\n", outcome.trace);
}

int run(const Asked& asked) {
  uint64_t failed = 0;
  Seen seen;
  for (uint64_t seed = asked.seed; seed < asked.seed + asked.count; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    Outcome outcome = usher::clusters::run_seed(seed, asked.loud);
    report(seed, outcome);
    failed += !outcome.violation.empty();
    if (failed > 0 && !asked.plant.empty()) return 1;
    seen.take(outcome);
  }
  uint64_t rare = seen.report();
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
      {"sim_cluster", "runs simulated clusters under faults", "sim_cluster --seed 128 --count 10"});
  settings.add("seed", any, asked.seed, "The first seed; the same seed gives the same trace.");
  settings.add("count", any, asked.count, "How many seeds, one after the other.");
  settings.add("loud", usher::service::boolean_value(), asked.loud, "Prints all that happens.");
  settings.add("plant", usher::service::text_value(), asked.plant,
               "A bug of proto/base/planted.inc; in a build that has them.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  if (auto code = usher::tests::plant_bug(asked.plant)) return *code;
  return run(asked);
}

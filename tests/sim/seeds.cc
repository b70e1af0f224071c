#include "tests/sim/seeds.h"

#include <cstdio>

#include <fmt/format.h>
#include <malloc.h>

#include "tests/options.h"
#include "tests/sim/planting.h"

namespace usher::tests {
namespace {

// Fewer seeds say nothing of how often a kind of fault is drawn.
constexpr uint64_t kSeedsThatSay = 100;

struct Asked {
  uint64_t seed = 1;
  uint64_t count = 1;
  bool loud = false;
  std::string plant;
};

// True: all is well.
bool tell(const SeedProgram& program, uint64_t seed, const SeedReport& report) {
  fmt::print("seed {}: {}\n", seed, report.line);
  bool is_well = report.violation.empty() && report.little.empty();
  if (!report.violation.empty()) fmt::print("seed {}: VIOLATION: {}\n", seed, report.violation);
  if (!report.little.empty()) fmt::print("seed {}: SAYS TOO LITTLE: {}\n", seed, report.little);
  if (!is_well) fmt::print("again with: {} --seed {}\n", program.again, seed);
  fmt::print("trace {:016x}\n", report.trace);
  return is_well;
}

// In how many seeds each kind was seen.
class Seen {
 public:
  void take(const SeedReport& report) {
    ++seeds_;
    kinds_.resize(report.kinds.size());
    for (size_t i = 0; i < kinds_.size(); ++i) {
      kinds_[i].first = report.kinds[i].first;
      kinds_[i].second += report.kinds[i].second > 0;
    }
  }
  // How many kinds are too rare.
  uint64_t tell(bool rare_fails) const {
    uint64_t rare = 0;
    for (const auto& [kind, seeds] : kinds_) {
      bool is_rare = rare_fails && seeds_ >= kSeedsThatSay && seeds * 20 < seeds_;
      fmt::print("{}: in {} of {} seeds{}\n", kind, seeds, seeds_, is_rare ? ": TOO RARE" : "");
      rare += is_rare;
    }
    return rare;
  }

 private:
  uint64_t seeds_ = 0;
  std::vector<std::pair<std::string_view, uint64_t>> kinds_;
};

int run(const SeedProgram& program, const Asked& asked) {
  uint64_t failed = 0;
  Seen seen;
  for (uint64_t seed = asked.seed; seed < asked.seed + asked.count; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    SeedReport report = program.run(seed, asked.loud);
    failed += !tell(program, seed, report);
    if (failed > 0 && !asked.plant.empty()) return 1;
    seen.take(report);
  }
  uint64_t rare = seen.tell(program.rare_fails);
  fmt::print("{} passed, {} failed\n", asked.count - failed, failed + rare);
  return failed + rare == 0 ? 0 : 1;
}

}  // namespace

int run_seeds(const SeedProgram& program, int argc, char** argv) {
  // Journals are read again and again: what is freed is kept, not given back and zeroed anew.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  Asked asked;
  auto any = service::integer_value(0, UINT64_MAX);
  service::Settings settings(program.text);
  settings.add("seed", any, asked.seed, "The first seed; the same seed gives the same trace.");
  settings.add("count", any, asked.count, "How many seeds, one after the other.");
  if (program.has_loud)
    settings.add("loud", service::boolean_value(), asked.loud, "Prints all that happens.");
  settings.add("plant", service::text_value(), asked.plant,
               "A bug of proto/base/planted.inc; in a build that has them.");
  if (auto code = load_options(settings, argc, argv)) return *code;
  if (auto code = plant_bug(asked.plant)) return *code;
  return run(program, asked);
}

}  // namespace usher::tests

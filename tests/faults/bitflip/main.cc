// bitflip [--seed N] [--count N]: flips so many bits, each of any byte of journal, segments and
// indexes of one of three brokers, and says of each what became of it. Every 50 flips a new small
// world is made, from the next seed; its first flip is aimed at the journal's newest group.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <malloc.h>

#include "tests/faults/bitflip/trial.h"
#include "tests/options.h"

namespace {

using namespace usher::faults;

constexpr uint64_t kFlipsOfWorld = 50;
constexpr int kViolationFound = 4;

struct Asked {
  uint64_t seed = 1;
  uint64_t count = 1000;
  bool loud = false;
};

struct Tally {
  std::map<FileKind, std::map<std::string, uint64_t>> rows;
  std::map<std::string, uint64_t> aimed;
  uint64_t violations = 0;

  void add(const Trial& trial) {
    std::string row(name_of(trial.verdict));
    if (trial.verdict == Verdict::kUnused) row += fmt::format(": {}", proof_of(trial.use));
    ++rows[trial.kind][row];
    violations += trial.verdict == Verdict::kViolation;
  }
  void add_aimed(const Trial& trial) {
    ++aimed[std::string(name_of(trial.verdict))];
    violations += trial.verdict == Verdict::kViolation;
  }
  void print(uint64_t count) const {
    for (const auto& [kind, of_kind] : rows) {
      uint64_t flips = 0;
      for (const auto& [what, number] : of_kind) flips += number;
      fmt::print("{}: {} flips\n", name_of(kind), flips);
      for (const auto& [what, number] : of_kind) fmt::print("  {:>5}  {}\n", number, what);
    }
    fmt::print("besides, aimed at the journal's newest group, one in each world:\n");
    for (const auto& [what, number] : aimed) {
      fmt::print("  {:>5}  {}\n", number, what);
      count += number;
    }
    fmt::print("{} passed, {} failed\n", count - violations, violations);
  }
};

void print(const Trial& trial, uint64_t seed, uint64_t number) {
  fmt::print("seed {} flip {}: broker {}, {} byte {} bit {}: {}: {}\n", seed, number, trial.broker,
             trial.path, trial.byte, trial.bit, name_of(trial.verdict), trial.what);
  if (trial.verdict == Verdict::kViolation)
    fmt::print("again with: tools/dev faults bitflip --seed {} --count {}\n", seed,
               std::max<uint64_t>(number, 1));
  std::fflush(stdout);
}

int run(const Asked& asked) {
  Tally tally;
  uint64_t left = asked.count;
  for (uint64_t seed = asked.seed; left > 0; ++seed) {
    fmt::print("seed {}\n", seed);
    std::fflush(stdout);
    World world(seed);
    usher::Random random = usher::Random(seed).stream("flips");
    bool usable = world.rest();
    if (usable) {
      Trial aimed = flip_newest_group(world, random);
      tally.add_aimed(aimed);
      usable = aimed.verdict != Verdict::kViolation;
      if (asked.loud || !usable) print(aimed, seed, 0);
    }
    for (uint64_t i = 1; i <= kFlipsOfWorld && usable && left > 0; ++i, --left) {
      Trial trial = flip_one(world, random);
      tally.add(trial);
      usable = trial.verdict != Verdict::kViolation;
      if (asked.loud || !usable) print(trial, seed, i);
    }
  }
  tally.print(asked.count);
  return tally.violations == 0 ? 0 : kViolationFound;
}

}  // namespace

int main(int argc, char** argv) {
  // Files are read again and again: what is freed is kept, not given back and zeroed anew.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  Asked asked;
  usher::service::Settings settings(
      {"bitflip", "flips bits on a broker's disk", "bitflip --seed 7 --count 1000"});
  settings.add("seed", usher::service::integer_value(0, UINT64_MAX), asked.seed,
               "Of the first world; the same seed gives the same flips.");
  settings.add("count", usher::service::integer_value(1, 1'000'000), asked.count,
               "How many bits, one after the other.");
  settings.add("loud", usher::service::boolean_value(), asked.loud, "Prints every flip.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  return run(asked);
}

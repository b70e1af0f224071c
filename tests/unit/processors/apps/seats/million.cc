// seats_million [CASES [SEED]]: the allocation against the oracle, then as many commands of random
// sales against the naive model; for the release build. Prints the first difference, if any, and
// the sum as other suites do.
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "tests/unit/processors/apps/seats/allocation_cases.h"
#include "tests/unit/processors/apps/seats/random_sale.h"

namespace {

constexpr uint64_t kCommandsPerSale = 150;

uint64_t number_of(std::span<char*> arguments, size_t at, uint64_t otherwise) {
  if (at >= arguments.size()) return otherwise;
  std::string_view text = arguments[at];
  std::from_chars(text.begin(), text.end(), otherwise);
  return otherwise;
}

int stop_at(uint64_t passed, const std::string& difference) {
  fmt::print("{}\n{} passed, 1 failed\n", difference, passed);
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  std::span given(arguments, static_cast<size_t>(count));
  uint64_t cases = number_of(given, 1, 1'000'000), seed = number_of(given, 2, 1);
  usher::Random random(seed);
  for (uint64_t i = 0; i < cases; ++i) {
    std::string difference = usher::seats::try_mixed_allocation(random);
    if (!difference.empty()) return stop_at(i, fmt::format("case {}: {}", i, difference));
  }
  usher::seats::SaleCounts counts;
  uint64_t sales = cases / kCommandsPerSale;
  for (uint64_t i = 0; i < sales; ++i) {
    std::string wrong = usher::seats::run_random_sale(seed + i, kCommandsPerSale, counts);
    if (!wrong.empty()) return stop_at(cases + i, wrong);
  }
  for (const auto& [word, said] : counts.words) fmt::print("{:>10} {}\n", said, word);
  fmt::print("{} passed, 0 failed\n", cases + sales);
  return 0;
}

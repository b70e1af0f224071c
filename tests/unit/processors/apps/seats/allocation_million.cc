// allocation_million [CASES [SEED]]: the allocation against the oracle, in the release build.
// Prints the first difference, if any, and the sum as other suites do.
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "tests/unit/processors/apps/seats/allocation_cases.h"

namespace {

uint64_t number_of(std::span<char*> arguments, size_t at, uint64_t otherwise) {
  if (at >= arguments.size()) return otherwise;
  std::string_view text = arguments[at];
  std::from_chars(text.begin(), text.end(), otherwise);
  return otherwise;
}

}  // namespace

int main(int count, char** arguments) {
  std::span given(arguments, static_cast<size_t>(count));
  uint64_t cases = number_of(given, 1, 1'000'000);
  usher::Random random(number_of(given, 2, 1));
  for (uint64_t i = 0; i < cases; ++i) {
    std::string difference = usher::seats::try_mixed_allocation(random);
    if (difference.empty()) continue;
    fmt::print("case {}: {}\n{} passed, 1 failed\n", i, difference, i);
    return 1;
  }
  fmt::print("{} passed, 0 failed\n", cases);
  return 0;
}

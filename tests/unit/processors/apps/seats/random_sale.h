// A sale of random commands, at a Hall and at the naive model at once: at every step both say the
// same, the seats are the same, and nothing is to be seen that must not be.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace usher::seats {

// How often each word was said, so that a test can see that all were.
struct SaleCounts {
  std::map<std::string, uint64_t> words;
};

// The first difference or fault, with the command that brought it to light; "" if there is none.
std::string run_random_sale(uint64_t seed, uint64_t commands, SaleCounts& counts);

}  // namespace usher::seats

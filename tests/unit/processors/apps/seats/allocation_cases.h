// Random sections for the allocation, each judged by the oracle: a quick slice in the unit tests, a
// million in the release program beside them.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/random.h"

namespace usher::seats {

// One case: a section of up to `side` × `side` seats, partly taken, and one request for it. What
// was asked and answered, in words, where the two differ; "" where they agree.
std::string try_random_allocation(Random& random, uint64_t side);

// A mixture: most sections are small, some fill words exactly, few are up to 200 × 200.
std::string try_mixed_allocation(Random& random);

}  // namespace usher::seats

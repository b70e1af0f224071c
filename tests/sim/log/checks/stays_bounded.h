// Bounded: what a replica holds, in memory, of files and on its way to others, stays under its
// limits all through. Looked for at everything that it sends or receives.
#pragma once

#include <string>

#include "tests/sim/log/links.h"
#include "tests/sim/log/replica.h"

namespace usher::sim {

std::string stays_bounded(const Replica& replica, const Links& links);

}  // namespace usher::sim

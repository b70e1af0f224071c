#include "proto/wire/protocol/cluster_id.h"

#include <fmt/format.h>

namespace usher::wire {

std::string text_of(const ClusterId& id) { return fmt::format("{:016x}{:016x}", id.high, id.low); }

}  // namespace usher::wire

// The view by user as an app of its own, over the space `orders`: a link brings what became of
// reservations, keyed by their user, and the latest of each is kept for a list.
//
//     completed (from the link) ─→ keep ─→ store orders, timers
#pragma once

#include <memory>

#include "processors/topology.h"

namespace usher::seats {

// TOPOLOGY_INVALID names a topic that `space` lacks (proto/seats/topics.h).
Result<std::shared_ptr<const processors::Topology>> orders_app(const processors::SpaceInfo& space);

}  // namespace usher::seats

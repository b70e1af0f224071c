// The seats as an app: one processor that carries bytes to and from decide, its five stores, and a
// sink for each topic it writes. From a command to what became of it is one step.
//
//     event-commands ───────┐             ┌─→ seat-events, section-status
//     reservation-commands ─┴─→ decide ───┼─→ reservation-requests, -results, -completed
//                             stores ↑    └─→ changelogs, timers
#pragma once

#include <functional>
#include <memory>

#include "processors/topology.h"
#include "proto/seats/reservation.h"

namespace usher::seats {

// Called for each change of a reservation's status, once it is committed; on a task's thread.
using CountOutcome = std::function<void(Status status, Reason reason)>;

// TOPOLOGY_INVALID names a topic that `space` lacks, or that is written by others
// (proto/seats/topics.h).
Result<std::shared_ptr<const processors::Topology>> seats_app(const processors::SpaceInfo& space,
                                                              CountOutcome count = {});

}  // namespace usher::seats

// An example with timers and typed records (proto/schema/clicks.capnp): how many clicks of a page
// came in each minute of the log's time, said once the minute is over.
#pragma once

#include "processors/topology.h"

namespace usher::processors::examples {

// Topics: clicks, clicks-per-minute, and the app's own: changelogs of minutes and timers, dead.
SpaceInfo windowed_count_space();
Result<std::shared_ptr<const Topology>> windowed_count(
    const SpaceInfo& space = windowed_count_space());

}  // namespace usher::processors::examples

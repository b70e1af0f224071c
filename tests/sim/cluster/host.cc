#include "tests/sim/cluster/host.h"

#include "tests/sim/cluster/world.h"

namespace usher::clusters {

Host::Host(World& world, const std::string& name, Random random)
    : scheduler_(world.loop()),
      transport_(world.network().transport(name, scheduler_)),
      cluster_(*transport_, scheduler_, random, {.brokers = world.endpoints(), .program = name}) {}

}  // namespace usher::clusters

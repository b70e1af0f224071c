// Whether the partitions of a broker can be used, and if not, what they wait for: in words, for
// health and for whoever asks.
#pragma once

#include "broker/server/mending.h"
#include "broker/server/readmissions.h"

namespace usher::server {

// Empty: every partition here knows a leader, counts this broker's disk and can use it.
std::string partitions_that_wait(const Replicas& replicas, const Mending& mending,
                                 const Identity& identity, const Readmissions::Present& present);

// Which of the group's brokers are away, or have another disk than the group knows; pure.
std::string brokers_awaited(const raft::Membership& members, const Readmissions::Present& present);

}  // namespace usher::server

// The seats app over a simulated partition: its space and topics, as a gateway would make them, and
// the topology that daemons run.
#pragma once

#include <memory>

#include "processors/topology.h"
#include "proto/seats/topics.h"
#include "tools/audit/seats/seats_topics.h"

namespace usher::sim {

constexpr AppId kSeatsApp{1};

TopicId topic_of(seats::Topic topic);
TopicId topic_of(seats::Store store);
std::shared_ptr<const processors::Topology> seats_topology();
// The same, as the audit knows them.
audit::SeatsTopics seats_topics();

}  // namespace usher::sim

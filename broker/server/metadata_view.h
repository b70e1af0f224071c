// Metadata as this broker answers it: the controller's state, and who it thinks leads and is up.
#pragma once

#include "broker/controller/cluster_state.h"
#include "broker/server/replicas.h"

namespace usher::server {

wire::Metadata metadata_view(const Identity& identity, const controller::ClusterState& state,
                             Replicas& replicas, const PeerLinks& links);

}  // namespace usher::server

#include "broker/server/metadata_view.h"

#include "broker/server/system_log.h"

namespace usher::server {

wire::Metadata metadata_view(const Identity& identity, const controller::ClusterState& state,
                             Replicas& replicas, const PeerLinks& links) {
  wire::Metadata view{.cluster = identity.plan.cluster,
                      .version = state.end().value(),
                      .answered_by = identity.broker};
  if (partition::Partition* system = replicas.find(kSystemKey))
    view.controller = leader_of(*system);
  for (const auto& [id, broker] : state.brokers()) {
    view.brokers.push_back(broker);
    view.brokers.back().up = id == identity.broker || links.is_up(id);
  }
  for (const auto& [id, space] : state.spaces()) {
    wire::SpaceInfo& info = view.spaces.emplace_back(space.info);
    for (uint32_t i = 0; i < info.partitions.size(); ++i) {
      partition::Partition* here = replicas.find({id, PartitionId(i)});
      if (!here) continue;
      info.partitions[i].leader = leader_of(*here);
      info.partitions[i].term = here->node().term();
    }
  }
  for (const auto& [id, app] : state.apps()) view.apps.push_back(app.info);
  return view;
}

}  // namespace usher::server

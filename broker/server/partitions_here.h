// Finds the partition that a request names: by the controller's state, whether it exists; by the
// replicas of this broker, whether it is here.
#pragma once

#include "broker/controller/controller.h"
#include "broker/server/replicas.h"

namespace usher::server {

class PartitionsHere {
 public:
  // Both outlive it.
  PartitionsHere(const controller::ClusterState& state, Replicas& replicas)
      : state_(state), replicas_(replicas) {}

  // STALE_METADATA: no such partition, or not yet. NOT_LEADER (at: whose it is preferred to be):
  // it lives on other brokers.
  Result<partition::Partition*> find(SpaceId space, PartitionId partition) const;
  // Of a space that there is.
  const controller::Space* space(SpaceId space) const;

 private:
  const controller::ClusterState& state_;
  Replicas& replicas_;
};

}  // namespace usher::server

#include "broker/server/partitions_here.h"

#include <fmt/format.h>

namespace usher::server {

Result<partition::Partition*> PartitionsHere::find(SpaceId id, PartitionId number) const {
  if (partition::Partition* here = replicas_.find({id, number})) return here;
  const controller::Space* known = space(id);
  if (!known || number.value() >= known->info.partitions.size())
    return fail(ErrorCode::STALE_METADATA,
                fmt::format("partition {} of space {}", number.value(), id.value()));
  BrokerId preferred = known->info.partitions[number.value()].replicas.front();
  return fail(ErrorCode::NOT_LEADER, fmt::format("ask broker {}", preferred.value()),
              preferred.value());
}

const controller::Space* PartitionsHere::space(SpaceId id) const {
  auto found = state_.spaces().find(id);
  return found == state_.spaces().end() ? nullptr : &found->second;
}

}  // namespace usher::server

// One partition with production replicas in one thread: in-memory links, a real directory each with
// journal and segments.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/partition/partition.h"
#include "tools/bench/reactor.h"

namespace usher::bench {

constexpr journal::PartitionKey kBenchKey{.space = SpaceId(1), .partition = PartitionId(0)};

class PartitionGroup {
 public:
  // Goes on where the directory's replicas stopped; returns when one leads.
  PartitionGroup(Reactor& reactor, const std::string& directory, uint64_t replicas);
  ~PartitionGroup();
  // None, while nobody leads.
  partition::Partition* leader();

 private:
  class Replica;
  void deliver(raft::Message message, std::vector<wire::Batch> batches);

  Reactor& reactor_;
  std::vector<std::unique_ptr<Replica>> replicas_;
};

}  // namespace usher::bench

// A task's way to a simulated partition: the production Partition behind a network that delays,
// loses answers with whoever they are at, and now and then lets an append overtake another.
#pragma once

#include "processors/lifeline.h"
#include "processors/partition_log.h"

#include "tests/sim/log/cluster.h"

namespace usher::sim {

class PartitionClient final : public processors::PartitionLog {
 public:
  PartitionClient(Cluster& cluster, Random random)
      : cluster_(cluster), client_(cluster.add_client()), random_(random) {}

  void append(wire::Batch batch, Answer<processors::Receipt> answer) override;
  void fetch(processors::FetchRequest request, Answer<processors::FetchAnswer> answer) override;
  void read_index(AppId app, Answer<processors::ReadIndex> answer) override;

 private:
  size_t somewhere();

  Cluster& cluster_;
  ClientId client_;
  Random random_;
  MonotonicTime last_arrival_;
  processors::Lifeline life_;
};

}  // namespace usher::sim

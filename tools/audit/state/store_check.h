// Holds stores against the log: what stands in a store must sum up to what deciding everything
// again gives at the same offset, and the log must have the chain that the store names there.
#pragma once

#include <vector>

#include "tools/audit/seats/task_replay.h"
#include "tools/audit/state/found_store.h"

namespace usher::audit {

class StoreCheck final : public LogReader {
 public:
  // `replay` takes each batch first.
  StoreCheck(PartitionKey key, const TaskReplay& replay, std::vector<FoundStore> stores,
             Findings& findings);

  void take(const OpenedBatch& batch) override;
  void hole(Offset, Offset) override {}
  // The log was read to its end.
  void finish();

  uint64_t compared() const { return compared_; }

 private:
  void compare(const FoundStore& store, const Sha256& chain, const Spot& spot);
  void report(const FoundStore& store, const Spot& spot, std::string detail);

  PartitionKey key_;
  const TaskReplay& replay_;
  std::vector<FoundStore> stores_;  // not met yet, the furthest first
  Findings& findings_;
  Offset end_;
  uint64_t compared_ = 0;
};

}  // namespace usher::audit

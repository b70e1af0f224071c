// Processor daemons that compete for one partition: each has a disk, runs a standby or an owner on
// it, dies without a word, and comes back with what it had flushed or with an empty disk.
#pragma once

#include <memory>
#include <vector>

#include "processors/state/memory_store.h"
#include "processors/task.h"

#include "tests/sim/app/partition_client.h"

namespace usher::sim {

struct AppUnderTest {
  AppId id;
  std::shared_ptr<const processors::Topology> topology;
};

class Daemon {
 public:
  Daemon(Cluster& cluster, AppUnderTest app, MemberId member, Random random);

  void start();
  // What was not flushed is lost, and sometimes all.
  void crash();
  void own(Epoch epoch);
  void close();
  bool owns() const { return task_ && task_->phase() == processors::Phase::kRunning; }
  processors::Task* task() { return task_.get(); }
  const state::MemoryStore& store() const { return store_; }
  uint64_t recoveries() const { return recoveries_; }
  // Now and then what is committed reaches the disk.
  void flush();

 private:
  void task_is_over();
  void forget_task();

  Cluster& cluster_;
  AppUnderTest app_;
  MemberId member_;
  Random random_;
  state::MemoryStore store_;
  state::MemoryStore flushed_;
  std::unique_ptr<PartitionClient> client_;
  std::unique_ptr<processors::Task> task_;
  uint64_t lives_ = 0;
  uint64_t recoveries_ = 0;
};

}  // namespace usher::sim

// A partition's log in memory, of one replica that commits at once: what the test driver runs a
// task over. It checks what guards demand of claims, steps and links as far as a single task can go
// wrong.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "processors/lifeline.h"
#include "processors/partition_log.h"

namespace usher::processors {

class MemoryLog final : public PartitionLog {
 public:
  explicit MemoryLog(Scheduler& scheduler) : scheduler_(scheduler) {}

  void append(wire::Batch batch, Answer<Receipt> answer) override;
  void fetch(FetchRequest request, Answer<FetchAnswer> answer) override;
  void read_index(AppId app, Answer<ReadIndex> answer) override;

  const std::vector<wire::Batch>& batches() const { return batches_; }
  Offset end() const { return end_; }

 private:
  struct App {
    Epoch epoch;
    StepNumber next_step;
    Offset position;
  };
  Result<void> judge(const wire::Guard& guard);
  Receipt place(const wire::Batch& batch);
  FetchAnswer read(const FetchRequest& request) const;

  Scheduler& scheduler_;
  std::vector<wire::Batch> batches_;
  Offset end_;
  wire::Chain chain_;
  WallTime time_;
  std::map<TopicId, Seq> next_seqs_;
  std::map<AppId, App> apps_;
  std::map<std::tuple<SpaceId, PartitionId, TopicId>, Seq> links_;
  Lifeline life_;
};

}  // namespace usher::processors

// A partition's log as a task sees it, over the network: each call is one attempt at the leader
// that is known, because the task itself knows what to do with each refusal. Steps are checked by
// the partition (their guard), so many may be on their way: they leave in the order of the calls,
// over one connection.
//
//     append ─→ leader: one attempt, pipelined ─→ receipt, or the refusal as it came
//     fetch ──→ leader: whole batches, from an offset and the term before it
//     read_index → leader: the commit, and who claimed last
#pragma once

#include "client/cluster.h"
#include "processors/lifeline.h"
#include "processors/partition_log.h"

namespace usher::processors {

class ClusterLog final : public PartitionLog {
 public:
  // The cluster outlives it.
  ClusterLog(client::Cluster& cluster, client::PartitionAt at) : cluster_(cluster), at_(at) {}

  void append(wire::Batch batch, Answer<Receipt> answer) override;
  void fetch(FetchRequest request, Answer<FetchAnswer> answer) override;
  void read_index(AppId app, Answer<ReadIndex> answer) override;

  // The partition's commit as some answer said last.
  Offset seen_commit() const { return seen_commit_; }
  // Steps and claims, from the first sending to the receipt.
  void on_appended(std::function<void(Duration)> measure) { measure_ = std::move(measure); }

 private:
  void saw_commit(Offset commit) { seen_commit_ = std::max(seen_commit_, commit); }
  Result<FetchAnswer> take(BrokerId asked, Result<net::Message> answer);

  client::Cluster& cluster_;
  client::PartitionAt at_;
  Offset seen_commit_;
  std::function<void(Duration)> measure_ = [](Duration) {};
  Lifeline life_;
};

// The payload of a fetch of one partition, cut into batches that share its memory.
// BATCH_MALFORMED where it is none.
Result<std::vector<wire::Batch>> whole_batches(const wire::FetchedPartition& fetched,
                                               const Buffer& payload);

}  // namespace usher::processors

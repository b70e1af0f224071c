// One simulated broker with one partition: the production journal and partition over a simulated
// disk. What is on the platter survives a crash as far as it was synced; all else is made anew at
// start.
#pragma once

#include <memory>
#include <optional>

#include "broker/partition/partition.h"

#include "tests/sim/log/links.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

class Replica final : public partition::Peers, public journal::Owner {
 public:
  // Called in the middle of things: only look.
  struct Watcher {
    virtual ~Watcher() = default;
    virtual void on_leads(raft::ReplicaId id, Term term) = 0;
    virtual void on_commit(raft::ReplicaId id, const partition::Partition& partition) = 0;
  };

  Replica(SimLoop& loop, Links& links, raft::ReplicaId id, raft::Membership founded_with,
          Random random, Watcher& watcher);
  ~Replica() override;

  raft::ReplicaId id() const { return id_; }
  bool is_up() const { return partition_ != nullptr; }
  bool leads() const;
  partition::Partition& partition() { return *partition_; }
  journal::Journal& journal() { return *journal_; }
  SimScheduler& scheduler() { return *scheduler_; }
  SimPlatter& platter() { return platter_; }
  // Why it cannot start or go on, if so: a damaged or failed disk.
  const std::optional<Error>& failure() const { return failure_; }

  void start();
  // Loses memory, timers, and of the disk what was not synced.
  void crash();

 private:
  void send(raft::Message message, std::vector<wire::Batch> batches) override;
  bool holds(journal::PartitionKey, Offset base, Term term) const override;
  void on_journal_failed(const Error& why) override;
  void opened(journal::Journal::Opened opened);
  void begin(std::unique_ptr<partition::Partition> partition);
  void watch();

  SimLoop& loop_;
  Links& links_;
  raft::ReplicaId id_;
  raft::Membership founded_with_;
  Random random_;
  Watcher& watcher_;
  SimPlatter platter_;
  uint64_t lives_ = 0;
  std::optional<Error> failure_;
  Offset seen_commit_;
  std::optional<Term> seen_leading_;

  std::unique_ptr<SimScheduler> scheduler_;
  std::unique_ptr<SimDisk> disk_;
  std::optional<log::TailBudget> tail_budget_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<partition::Partition> partition_;
};

}  // namespace usher::sim

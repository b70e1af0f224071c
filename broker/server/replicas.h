// The partitions of this broker: opened as the controller's state places them, kept by space and
// number, fed with what other brokers send. The journal's owner.
//
//     PeerLinks ─→ receive ─┬─→ Partition (0, 0) ─┐
//                           ├─→ Partition (1, 0) ─┼─→ Journal
//                           └─→ Partition (1, 7) ─┘
// One Scheduler's thread.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "broker/partition/partition.h"
#include "broker/server/identity.h"
#include "broker/server/peer_links.h"

namespace usher::server {

struct ReplicaCounts {
  uint64_t strangers = 0;  // messages for or from another cluster, directory or partition
  uint64_t malformed = 0;  // messages whose batches are none
};

class Replicas final : public journal::Owner {
 public:
  Replicas(Scheduler& scheduler, PeerLinks& links, Random random, const Identity& identity, Log log,
           std::function<void(const Error&)> journal_failed);
  ~Replicas() override;
  Replicas(const Replicas&) = delete;
  Replicas& operator=(const Replicas&) = delete;

  // Before anything is opened: what is in the journal.
  void take(journal::Journal::Opened opened);
  bool has_journal() const { return journal_ != nullptr; }
  const journal::Journal& journal() const { return *journal_; }

  void open(journal::PartitionKey key, const std::vector<wire::Incarnation>& founders);
  void close(journal::PartitionKey key);
  partition::Partition* find(journal::PartitionKey key);
  void each(const std::function<void(journal::PartitionKey, partition::Partition&)>& look);
  size_t size() const { return replicas_.size(); }

  void receive(const wire::PeerMessages& messages, Buffer payload);
  void broker_lost(BrokerId broker);
  const ReplicaCounts& counts() const { return counts_; }

 private:
  class Replica;
  void receive(const wire::PeerMessage& message, Buffer& payload);
  bool holds(journal::PartitionKey partition, Offset base, Term term) const override;
  void on_journal_failed(const Error& why) override;

  Scheduler& scheduler_;
  PeerLinks& links_;
  Random random_;
  const Identity& identity_;
  Log log_;
  std::function<void(const Error&)> journal_failed_;
  ReplicaCounts counts_;
  std::unique_ptr<journal::Journal> journal_;
  journal::Recovered recovered_;  // what was not opened yet
  std::map<journal::PartitionKey, std::unique_ptr<Replica>> replicas_;
};

// Who leads, as the replica knows.
std::optional<BrokerId> leader_of(const partition::Partition& partition);
// NOT_LEADER named by broker, where the replica knows one.
Error about_leader(Error error, const partition::Partition& partition);

}  // namespace usher::server

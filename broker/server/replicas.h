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
#include <set>

#include "broker/log/refill.h"
#include "broker/partition/partition.h"
#include "broker/server/identity.h"
#include "broker/server/peer_links.h"
#include "proto/base/metrics.h"

namespace usher::server {

// Of one broker, over all its partitions.
struct ReplicaSizes {
  uint64_t segment_bytes = limits::kSegmentBytes;
  uint64_t tail_bytes = limits::kTailCacheBytes;
};

struct JournalMeasures {
  std::shared_ptr<Durations> sync_took;
  std::shared_ptr<Counter> written_bytes;
};

struct ReplicaCounts {
  uint64_t strangers = 0;  // messages for or from another cluster, directory or partition
  uint64_t malformed = 0;  // messages whose batches are none
};

class Replicas final : public journal::Owner {
 public:
  Replicas(Scheduler& scheduler, io::Disk& disk, PeerLinks& links, Random random,
           const Identity& identity, const partition::Clocks& clocks, ReplicaSizes sizes,
           JournalMeasures measures, Log log, std::function<void(const Error&)> journal_failed);
  ~Replicas() override;
  Replicas(const Replicas&) = delete;
  Replicas& operator=(const Replicas&) = delete;

  // Before anything is opened: what is in the journal.
  void take(journal::Journal::Opened opened);
  bool has_journal() const { return journal_ != nullptr; }
  const journal::Journal& journal() const { return *journal_; }

  // Reads what its segments hold; found from then on, when `opened` is called.
  void open(
      journal::PartitionKey key, const std::vector<wire::Incarnation>& founders,
      Callback opened = [] {});
  // Of spaces that were deleted: whatever is here is closed, the journal need not keep anything of
  // it, and its files go.
  void close_all(const std::function<bool(SpaceId)>& was_deleted);
  partition::Partition* find(journal::PartitionKey key);
  const partition::Partition* find(journal::PartitionKey key) const;
  void each(const std::function<void(journal::PartitionKey, partition::Partition&)>& look);
  void each(
      const std::function<void(journal::PartitionKey, const partition::Partition&)>& look) const;
  size_t size() const { return replicas_.size(); }

  // What another replica must tell of this partition's log before its segments are whole again, and
  // an answer to it: of one that is open, or of one that cannot be opened for its damage.
  std::vector<journal::PartitionKey> keys() const;
  std::optional<log::Read> wanted_to_mend(journal::PartitionKey key);
  void mend(journal::PartitionKey key, const std::vector<wire::Batch>& batches);

  void receive(const wire::PeerMessages& messages, Buffer payload);
  void broker_lost(BrokerId broker);
  const ReplicaCounts& counts() const { return counts_; }
  // Partitions that could not be opened, and why: with file and byte where one is damaged.
  const std::map<journal::PartitionKey, Error>& not_opened() const { return not_opened_; }
  // What lagging followers were fed from segments.
  uint64_t catch_up_bytes() const { return catch_up_.bytes(); }
  const log::TailBudget& tails() const { return tail_budget_; }

 private:
  class Replica;
  void close(journal::PartitionKey key);
  void remove_files(journal::PartitionKey key);
  void receive(const wire::PeerMessage& message, Buffer& payload);
  void open_again(journal::PartitionKey key);
  partition::SegmentsPlace place_of(journal::PartitionKey key) const;
  void opened(journal::PartitionKey key, Result<std::unique_ptr<partition::Partition>> partition);
  void refill(journal::PartitionKey key, Replica& replica);
  bool holds(journal::PartitionKey partition, Offset base, Term term) const override;
  void on_journal_failed(const Error& why) override;
  void on_group_synced(uint64_t bytes, Duration took) override;

  Scheduler& scheduler_;
  io::Disk& disk_;
  PeerLinks& links_;
  Random random_;
  const Identity& identity_;
  const partition::Clocks& clocks_;
  Log log_;
  std::function<void(const Error&)> journal_failed_;
  ReplicaCounts counts_;
  ReplicaSizes sizes_;
  JournalMeasures measures_;
  log::TailBudget tail_budget_;
  std::shared_ptr<io::KeptMemory> segment_memory_ = log::piece_memory(limits::kSegmentPieces);
  partition::CatchUpPace catch_up_{limits::kCatchUpBytesPerSecond};
  std::unique_ptr<journal::Journal> journal_;
  journal::Recovered recovered_;  // what was not opened yet
  std::map<journal::PartitionKey, Error> not_opened_;
  std::set<journal::PartitionKey> closing_;  // as soon as they are open
  std::map<journal::PartitionKey, std::unique_ptr<Replica>> replicas_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// Who leads, as the replica knows.
std::optional<BrokerId> leader_of(const partition::Partition& partition);
// NOT_LEADER named by broker, where the replica knows one.
Error about_leader(Error error, const partition::Partition& partition);

}  // namespace usher::server

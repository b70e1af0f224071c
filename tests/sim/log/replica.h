// One simulated broker with one partition: the production journal and partition over a simulated
// disk. What is on the platter survives a crash as far as it was synced; all else is made anew at
// start. A disk that was lost (wiped, damaged, or failed) comes back empty, and the broker under
// the id of its next incarnation.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "broker/partition/partition.h"
#include "broker/partition/readmission.h"

#include "tests/sim/log/links.h"
#include "tests/sim/log/temper.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

// Without power any part of what was not synced is there; torn: more likely a part than all or
// nothing.
enum class Ending : uint8_t { kKilled, kPowerLost, kTorn };

class Replica final : public partition::Peers, public journal::Owner {
 public:
  struct Watcher {
    virtual ~Watcher() = default;
    // Called in the middle of things: only look.
    // It has sent or received something.
    virtual void on_moved(const Replica& replica) = 0;
    virtual void on_leads(raft::ReplicaId id, Term term) = 0;
    virtual void on_commit(raft::ReplicaId id, const partition::Partition& partition) = 0;
    // A snapshot took the place of its log.
    virtual void on_snapshot(raft::ReplicaId id) = 0;
    virtual void on_damage_unexplained(raft::ReplicaId id, const Error& why) = 0;
    // Who the leader knows the brokers to be: those it hears.
    virtual std::vector<partition::Incarnations> incarnations(raft::ReplicaId as_heard_by) = 0;
    // It cannot go on: end it and start it again.
    virtual void on_stopped(size_t broker) = 0;
  };
  struct Options {
    size_t broker;  // from 0
    SpaceId space;
    raft::Membership founded_with;
    Temper temper;
  };

  Replica(SimLoop& loop, Links& links, Options options, Random random, Watcher& watcher);
  ~Replica() override;

  // Of this incarnation.
  raft::ReplicaId id() const { return id_of(options_.broker, incarnation_); }
  static size_t broker_of(raft::ReplicaId id) { return id.value() % kIncarnation - 1; }
  partition::Incarnations incarnations() const;
  bool is_up() const { return partition_ != nullptr; }
  // Its segments take no more until it starts again.
  bool has_failed_storage() const { return is_up() && partition_->storage_failure().has_value(); }
  bool leads() const;
  // Nothing that its disk ever promised is lost, nor in danger.
  bool is_intact() const { return !is_lost_ && !is_damaged_ && !platter_.is_failing(); }
  const Temper& temper() const { return options_.temper; }
  const SimDisk& disk() const { return *disk_; }
  const log::TailBudget& tail_budget() const { return *tail_budget_; }
  const journal::Journal& journal() const { return *journal_; }
  // Of its journal, as this life found them.
  size_t files_found() const { return files_found_; }
  partition::Partition& partition() { return *partition_; }
  const partition::Partition& partition() const { return *partition_; }
  SimScheduler& scheduler() { return *scheduler_; }
  SimPlatter& platter() { return platter_; }
  // What this life has heard of the others' clocks.
  partition::Clocks& clocks() { return *clocks_; }

  void start();
  // Loses memory and timers; without power also what its disk had not synced.
  void crash(Ending ending);
  // While it is down.
  void lose_disk();
  // A bit of the journal, anywhere but in its last group (docs/testing.md says why); while it is
  // down. False: there was none to flip.
  bool flip_bit();
  // Ends right after it has sent a message of this kind (raft::Message::body).
  void crash_after_sending(size_t kind, Callback crash) {
    crash_after_ = kind;
    crash_ = std::move(crash);
  }
  // In the middle of the first write into the next journal file that was written before; `last`:
  // of one behind which no other is free, so that it was needed until a moment ago.
  void crash_at_next_file(bool last, Callback crash);
  // Right after it has heard so many messages of this kind.
  void when_heard(size_t kind, uint64_t count, Callback call) {
    hears_ = kind;
    hears_left_ = count;
    heard_ = std::move(call);
  }
  void freeze(Duration time);
  void set_clock_right();
  // Runs as soon as the process does.
  void run(Callback callback);

 private:
  // Ids that a reader can take apart: 203 is the second new disk of broker 3.
  static constexpr uint64_t kIncarnation = 100;
  static raft::ReplicaId id_of(size_t broker, uint64_t incarnation) {
    return raft::ReplicaId(kIncarnation * incarnation + broker + 1);
  }
  void send(raft::Message message, std::vector<wire::Batch> batches) override;
  void send_snapshot(partition::SnapshotMessage message) override;
  bool holds(journal::PartitionKey, Offset base, Term term) const override;
  void on_journal_failed(const Error& why) override;
  void opened(journal::Journal::Opened opened);
  void begin(std::unique_ptr<partition::Partition> partition);
  void not_opened(const Error& why);
  void hear(size_t kind);
  void watch();
  void readmit_later();
  void readmit();

  SimLoop& loop_;
  Links& links_;
  Options options_;
  Random random_;
  Watcher& watcher_;
  SimPlatter platter_;
  uint64_t incarnation_ = 0;
  uint64_t lives_ = 0;
  size_t files_found_ = 0;
  bool is_damaged_ = false;  // we did it
  bool is_lost_ = false;     // its next start is another incarnation's
  Offset seen_commit_;
  uint64_t seen_snapshots_ = 0;
  std::optional<Term> seen_leading_;
  std::optional<size_t> crash_after_;
  Callback crash_;
  Callback crash_at_file_;
  std::optional<size_t> hears_;
  uint64_t hears_left_ = 0;
  Callback heard_;

  std::unique_ptr<SimScheduler> scheduler_;
  std::unique_ptr<SimDisk> disk_;
  std::optional<log::TailBudget> tail_budget_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<partition::Clocks> clocks_;
  std::unique_ptr<partition::Partition> partition_;
};

}  // namespace usher::sim

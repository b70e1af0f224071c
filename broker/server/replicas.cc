#include "broker/server/replicas.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/io/remove_files.h"
#include "broker/server/peer_codec.h"
#include "proto/base/check.h"

namespace usher::server {

namespace {

std::string name_on_disk(journal::PartitionKey key) {
  return fmt::format("{}-{}", key.space.value(), key.partition.value());
}

std::string folder_of(journal::PartitionKey key) { return "segments/" + name_on_disk(key); }

Offset end_of(const journal::RecoveredPartition& recovered) {
  return recovered.tail.empty() ? recovered.state.stored : recovered.tail.rbegin()->second.end;
}

}  // namespace

// A partition, and what it knows of the network: other replicas by their brokers. Until its
// segments were read there is no partition, only what the journal holds of it.
class Replicas::Replica final : public partition::Peers {
 public:
  Replica(PeerLinks& links, journal::PartitionKey key, raft::Membership founded_with,
          Callback opened, journal::RecoveredPartition recovered)
      : links_(links),
        key_(key),
        founded_with_(std::move(founded_with)),
        opened_(std::move(opened)),
        recovered_(std::move(recovered)) {}
  ~Replica() override {
    if (refill_) refill_->forget();
  }

  const raft::Membership& founded_with() const { return founded_with_; }
  const journal::RecoveredPartition& recovered() const { return recovered_; }
  // While what is damaged of its segments is fetched; once in a life, and not again if it did not
  // help.
  const std::shared_ptr<log::Refill>& refill() const { return refill_; }
  bool was_refilled() const { return was_refilled_; }
  void begin_refill(std::shared_ptr<log::Refill> refill) {
    refill_ = std::move(refill);
    was_refilled_ = true;
    refill_->start();
  }
  void end_refill() { refill_.reset(); }

  // Between the two it may not be destroyed.
  void begin_opening() { is_opening_ = true; }
  void end_opening() { is_opening_ = false; }
  bool is_opening() const { return is_opening_; }

  partition::Partition* partition() { return partition_.get(); }
  void take(std::unique_ptr<partition::Partition> partition) {
    partition_ = std::move(partition);
    recovered_ = {};
    opened_();
  }
  bool holds(Offset base, Term term) const {
    if (partition_) return partition_->holds(base, term);
    auto found = recovered_.tail.find(base);
    return found != recovered_.tail.end() && found->second.term == term;
  }

 private:
  void send(raft::Message message, std::vector<wire::Batch> batches) override {
    links_.send(broker_of(message.to), key_, message, batches);
  }

  void send_snapshot(partition::SnapshotMessage message) override {
    links_.send_snapshot(key_, message);
  }

  PeerLinks& links_;
  journal::PartitionKey key_;
  raft::Membership founded_with_;
  Callback opened_;
  journal::RecoveredPartition recovered_;
  std::shared_ptr<log::Refill> refill_;
  bool was_refilled_ = false;
  bool is_opening_ = false;
  std::unique_ptr<partition::Partition> partition_;
};

Replicas::Replicas(Scheduler& scheduler, io::Disk& disk, PeerLinks& links, Random random,
                   const Identity& identity, const partition::Clocks& clocks, ReplicaSizes sizes,
                   JournalMeasures measures, Log log,
                   std::function<void(const Error&)> journal_failed)
    : scheduler_(scheduler),
      disk_(disk),
      links_(links),
      random_(random),
      identity_(identity),
      clocks_(clocks),
      log_(std::move(log)),
      journal_failed_(std::move(journal_failed)),
      sizes_(sizes),
      measures_(std::move(measures)),
      tail_budget_(sizes.tail_bytes) {}

Replicas::~Replicas() { *alive_ = false; }

void Replicas::take(journal::Journal::Opened opened) {
  journal_ = std::move(opened.journal);
  recovered_ = std::move(opened.recovered);
}

void Replicas::open(journal::PartitionKey key, const std::vector<wire::Incarnation>& founders,
                    Callback opened_call) {
  CHECK(journal_ != nullptr);
  if (replicas_.contains(key)) return;
  raft::Membership membership;
  for (wire::Incarnation founder : founders) membership.voters.push_back(replica_of(founder));
  std::ranges::sort(membership.voters);
  journal::RecoveredPartition recovered;
  if (auto found = recovered_.extract(key)) recovered = std::move(found.mapped());
  replicas_.emplace(key, std::make_unique<Replica>(links_, key, std::move(membership),
                                                   std::move(opened_call), std::move(recovered)));
  open_again(key);
}

void Replicas::open_again(journal::PartitionKey key) {
  Replica& replica = *replicas_.at(key);
  replica.begin_opening();
  partition::Partition::open(scheduler_, disk_, *journal_, replica,
                             {.key = key,
                              .self = replica_of(identity_.incarnation),
                              .founded_with = replica.founded_with(),
                              .raft = {},
                              .tail_budget = &tail_budget_,
                              .clocks = &clocks_,
                              .catch_up = &catch_up_},
                             place_of(key), replica.recovered(), random_.stream(name_on_disk(key)),
                             [this, alive = alive_, key](auto partition) {
                               if (*alive) opened(key, std::move(partition));
                             });
}

partition::SegmentsPlace Replicas::place_of(journal::PartitionKey key) const {
  return {.directory = folder_of(key),
          .segment_bytes = sizes_.segment_bytes,
          .memory = segment_memory_};
}

void Replicas::opened(journal::PartitionKey key,
                      Result<std::unique_ptr<partition::Partition>> partition) {
  auto replica = replicas_.find(key);
  CHECK(replica != replicas_.end(), "what is being opened is not closed");
  replica->second->end_opening();
  if (closing_.contains(key)) {
    if (partition) replica->second->take(std::move(*partition));
    return close(key);
  }
  if (!partition) {
    log_.error("a partition cannot be opened", {{"space", key.space.value()},
                                                {"partition", key.partition.value()},
                                                {"error", partition.error().text()}});
    not_opened_.insert_or_assign(key, partition.error());
    if (partition.error().code == ErrorCode::SEGMENT_CORRUPT) refill(key, *replica->second);
    return;
  }
  not_opened_.erase(key);
  replica->second->take(std::move(*partition));
}

// Until that is done the replica is as one that is down: it neither votes nor acknowledges.
void Replicas::refill(journal::PartitionKey key, Replica& replica) {
  if (replica.was_refilled()) return;
  auto done = [this, alive = alive_, key](Result<void> refilled) {
    if (!*alive) return;
    replicas_.at(key)->end_refill();
    if (refilled) return open_again(key);
    log_.error("what is damaged cannot be fetched", {{"space", key.space.value()},
                                                     {"partition", key.partition.value()},
                                                     {"error", refilled.error().text()}});
  };
  replica.begin_refill(std::make_shared<log::Refill>(
      disk_, place_of(key).options(key), replica.recovered().state.stored,
      std::make_shared<partition::StoredLog>(replica.founded_with()), std::move(done)));
}

std::vector<journal::PartitionKey> Replicas::keys() const {
  std::vector<journal::PartitionKey> all;
  for (const auto& [key, replica] : replicas_) all.push_back(key);
  return all;
}

std::optional<log::Read> Replicas::wanted_to_mend(journal::PartitionKey key) {
  if (partition::Partition* open = find(key)) return open->wanted_to_mend();
  auto replica = replicas_.find(key);
  if (replica == replicas_.end() || !replica->second->refill()) return std::nullopt;
  return replica->second->refill()->wanted();
}

void Replicas::mend(journal::PartitionKey key, const std::vector<wire::Batch>& batches) {
  if (partition::Partition* open = find(key)) return open->mend(batches);
  auto replica = replicas_.find(key);
  if (replica == replicas_.end()) return;
  if (std::shared_ptr<log::Refill> refill = replica->second->refill()) refill->take(batches);
}

void Replicas::close_all(const std::function<bool(SpaceId)>& was_deleted) {
  for (journal::PartitionKey key : keys())
    if (was_deleted(key.space)) close(key);
  std::erase_if(recovered_, [&](const auto& found) {
    if (!was_deleted(found.first.space)) return false;
    journal_->checkpoint(found.first, end_of(found.second));
    remove_files(found.first);
    return true;
  });
}

// What a crash leaves of them is found by the next start: the journal knows the partition still.
void Replicas::remove_files(journal::PartitionKey key) {
  io::remove_files(disk_, folder_of(key), [this, alive = alive_, key](Result<void> gone) {
    if (!*alive || gone) return;
    log_.warn("the files of a deleted partition stay until the next start",
              {{"space", key.space.value()},
               {"partition", key.partition.value()},
               {"error", gone.error().text()}});
  });
}

// Nothing of it is needed any more.
void Replicas::close(journal::PartitionKey key) {
  auto replica = replicas_.find(key);
  if (replica == replicas_.end()) return;
  closing_.insert(key);
  if (replica->second->is_opening()) return;
  partition::Partition* open = replica->second->partition();
  journal_->checkpoint(key,
                       open ? open->node().log().end().end : end_of(replica->second->recovered()));
  not_opened_.erase(key);
  replicas_.erase(replica);
  closing_.erase(key);
  remove_files(key);
}

partition::Partition* Replicas::find(journal::PartitionKey key) {
  auto replica = replicas_.find(key);
  return replica == replicas_.end() ? nullptr : replica->second->partition();
}

const partition::Partition* Replicas::find(journal::PartitionKey key) const {
  auto replica = replicas_.find(key);
  return replica == replicas_.end() ? nullptr : replica->second->partition();
}

void Replicas::each(const std::function<void(journal::PartitionKey, partition::Partition&)>& look) {
  for (auto& [key, replica] : replicas_)
    if (replica->partition()) look(key, *replica->partition());
}

void Replicas::each(
    const std::function<void(journal::PartitionKey, const partition::Partition&)>& look) const {
  for (const auto& [key, replica] : replicas_)
    if (replica->partition()) look(key, *replica->partition());
}

void Replicas::receive(const wire::PeerMessages& messages, Buffer payload) {
  if (messages.cluster != identity_.plan.cluster) {
    counts_.strangers += messages.messages.size();
    return;
  }
  for (const wire::PeerMessage& message : messages.messages) receive(message, payload);
}

void Replicas::receive(const wire::PeerMessage& message, Buffer& payload) {
  auto batches = take_batches(payload, message.batches);
  auto snapshot = Result<partition::SnapshotMessage>();
  if (batches && is_snapshot(message)) snapshot = snapshot_from_wire(message, payload);
  if (!batches || !snapshot) {
    ++counts_.malformed;
    return;
  }
  partition::Partition* partition = find({message.space, message.partition});
  if (!partition || message.to != identity_.incarnation.value()) {
    ++counts_.strangers;
    return;
  }
  if (is_snapshot(message)) return partition->receive_snapshot(std::move(*snapshot));
  auto decoded = from_wire(message, *batches);
  if (!decoded) {
    ++counts_.malformed;
    return;
  }
  partition->receive(std::move(*decoded), std::move(*batches));
}

void Replicas::broker_lost(BrokerId broker) {
  each([&](journal::PartitionKey, partition::Partition& partition) {
    auto leader = partition.node().standing().leader;
    if (leader && broker_of(*leader) == broker) partition.connection_lost(*leader);
  });
}

bool Replicas::holds(journal::PartitionKey key, Offset base, Term term) const {
  auto replica = replicas_.find(key);
  if (replica != replicas_.end()) return replica->second->holds(base, term);
  // Not opened yet: nothing of it is known to be cut off.
  auto waiting = recovered_.find(key);
  if (waiting == recovered_.end()) return false;
  auto batch = waiting->second.tail.find(base);
  return batch != waiting->second.tail.end() && batch->second.term == term;
}

void Replicas::on_group_synced(uint64_t bytes, Duration took) {
  measures_.sync_took->record(took);
  measures_.written_bytes->add(bytes);
}

void Replicas::on_journal_failed(const Error& why) { journal_failed_(why); }

std::optional<BrokerId> leader_of(const partition::Partition& partition) {
  auto leader = partition.node().standing().leader;
  if (!leader) return std::nullopt;
  return broker_of(*leader);
}

Error about_leader(Error error, const partition::Partition& partition) {
  if (error.code != ErrorCode::NOT_LEADER) return error;
  error.at.reset();
  auto leader = leader_of(partition);
  if (!leader) return error;
  error.at = leader->value();
  error.detail = fmt::format("broker {} leads", leader->value());
  return error;
}

}  // namespace usher::server

#include "broker/server/replicas.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/server/peer_codec.h"
#include "proto/base/check.h"

namespace usher::server {

// A partition, and what it knows of the network: other replicas by their brokers. Until its
// segments were read there is no partition, only what the journal holds of it.
class Replicas::Replica final : public partition::Peers {
 public:
  Replica(PeerLinks& links, journal::PartitionKey key, Callback opened,
          const journal::RecoveredPartition& recovered)
      : links_(links), key_(key), opened_(std::move(opened)) {
    for (const auto& [base, batch] : recovered.tail) recovered_.emplace(base, batch.term);
  }

  partition::Partition* partition() { return partition_.get(); }
  void take(std::unique_ptr<partition::Partition> partition) {
    partition_ = std::move(partition);
    recovered_.clear();
    opened_();
  }
  bool holds(Offset base, Term term) const {
    if (partition_) return partition_->holds(base, term);
    auto found = recovered_.find(base);
    return found != recovered_.end() && found->second == term;
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
  Callback opened_;
  std::map<Offset, Term> recovered_;
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
  auto replica = std::make_unique<Replica>(links_, key, std::move(opened_call), recovered);
  Replica& peers = *replica;
  replicas_.emplace(key, std::move(replica));
  std::string name = fmt::format("{}-{}", key.space.value(), key.partition.value());
  partition::Partition::open(
      scheduler_, disk_, *journal_, peers,
      {.key = key,
       .self = replica_of(identity_.incarnation),
       .founded_with = std::move(membership),
       .raft = {},
       .tail_budget = &tail_budget_,
       .clocks = &clocks_,
       .catch_up = &catch_up_},
      {.directory = "segments/" + name, .segment_bytes = sizes_.segment_bytes},
      std::move(recovered), random_.stream(name), [this, alive = alive_, key](auto partition) {
        if (*alive) opened(key, std::move(partition));
      });
}

void Replicas::opened(journal::PartitionKey key,
                      Result<std::unique_ptr<partition::Partition>> partition) {
  auto replica = replicas_.find(key);
  if (!partition) {
    not_opened_.emplace(key, partition.error());
    return log_.error("a partition cannot be opened", {{"space", key.space.value()},
                                                       {"partition", key.partition.value()},
                                                       {"error", partition.error().text()}});
  }
  CHECK(replica != replicas_.end(), "what is being opened is not closed");
  replica->second->take(std::move(*partition));
}

void Replicas::close(journal::PartitionKey key) {
  auto replica = replicas_.find(key);
  if (replica == replicas_.end()) return;
  partition::Partition* partition = replica->second->partition();
  if (!partition) return;
  // Nothing of it is needed any more.
  journal_->checkpoint(key, partition->node().log().end().end);
  replicas_.erase(replica);
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

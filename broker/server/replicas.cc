#include "broker/server/replicas.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/server/peer_codec.h"
#include "proto/base/check.h"

namespace usher::server {

// A partition, and what it knows of the network: other replicas by their brokers.
class Replicas::Replica final : private partition::Peers {
 public:
  Replica(Replicas& all, journal::PartitionKey key, raft::Membership founded_with,
          journal::RecoveredPartition recovered)
      : links_(all.links_),
        key_(key),
        partition_(
            all.scheduler_, *all.journal_, *this,
            {.key = key,
             .self = replica_of(all.identity_.incarnation),
             .founded_with = std::move(founded_with),
             .raft = {}},
            std::move(recovered),
            all.random_.stream(fmt::format("{}/{}", key.space.value(), key.partition.value()))) {}

  partition::Partition& partition() { return partition_; }

 private:
  void send(raft::Message message, std::vector<wire::Batch> batches) override {
    links_.send(broker_of(message.to), key_, message, batches);
  }

  PeerLinks& links_;
  journal::PartitionKey key_;
  partition::Partition partition_;
};

Replicas::Replicas(Scheduler& scheduler, PeerLinks& links, Random random, const Identity& identity,
                   Log log, std::function<void(const Error&)> journal_failed)
    : scheduler_(scheduler),
      links_(links),
      random_(random),
      identity_(identity),
      log_(std::move(log)),
      journal_failed_(std::move(journal_failed)) {}

Replicas::~Replicas() = default;

void Replicas::take(journal::Journal::Opened opened) {
  journal_ = std::move(opened.journal);
  recovered_ = std::move(opened.recovered);
}

void Replicas::open(journal::PartitionKey key, const std::vector<wire::Incarnation>& founders) {
  CHECK(journal_ != nullptr);
  if (replicas_.contains(key)) return;
  raft::Membership membership;
  for (wire::Incarnation founder : founders) membership.voters.push_back(replica_of(founder));
  std::ranges::sort(membership.voters);
  journal::RecoveredPartition recovered;
  if (auto found = recovered_.extract(key)) recovered = std::move(found.mapped());
  replicas_.emplace(
      key, std::make_unique<Replica>(*this, key, std::move(membership), std::move(recovered)));
}

void Replicas::close(journal::PartitionKey key) {
  auto replica = replicas_.find(key);
  if (replica == replicas_.end()) return;
  // Nothing of it is needed any more.
  journal_->checkpoint(key, replica->second->partition().node().log().end().end);
  replicas_.erase(replica);
}

partition::Partition* Replicas::find(journal::PartitionKey key) {
  auto replica = replicas_.find(key);
  return replica == replicas_.end() ? nullptr : &replica->second->partition();
}

void Replicas::each(const std::function<void(journal::PartitionKey, partition::Partition&)>& look) {
  for (auto& [key, replica] : replicas_) look(key, replica->partition());
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
  if (!batches) {
    ++counts_.malformed;
    return;
  }
  partition::Partition* partition = find({message.space, message.partition});
  if (!partition || message.to != identity_.incarnation.value()) {
    ++counts_.strangers;
    return;
  }
  auto decoded = from_wire(message, *batches);
  if (!decoded) {
    ++counts_.malformed;
    return;
  }
  partition->receive(std::move(*decoded), std::move(*batches));
}

void Replicas::broker_lost(BrokerId broker) {
  for (auto& [key, replica] : replicas_) {
    partition::Partition& partition = replica->partition();
    auto leader = partition.node().standing().leader;
    if (leader && broker_of(*leader) == broker) partition.connection_lost(*leader);
  }
}

bool Replicas::holds(journal::PartitionKey key, Offset base, Term term) const {
  auto replica = replicas_.find(key);
  if (replica != replicas_.end()) return replica->second->partition().holds(base, term);
  // Not opened yet: nothing of it is known to be cut off.
  auto waiting = recovered_.find(key);
  if (waiting == recovered_.end()) return false;
  auto batch = waiting->second.tail.find(base);
  return batch != waiting->second.tail.end() && batch->second.term == term;
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

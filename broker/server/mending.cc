#include "broker/server/mending.h"

#include "broker/server/peer_codec.h"

namespace usher::server {

Mending::Mending(Scheduler& scheduler, Replicas& replicas, PeerLinks& links, Log log)
    : scheduler_(scheduler), replicas_(replicas), links_(links), log_(std::move(log)) {}

Mending::~Mending() {
  *alive_ = false;
  if (timer_) scheduler_.cancel(*timer_);
}

void Mending::start() {
  timer_ = scheduler_.after(limits::kMendInterval, [this] {
    replicas_.each([this](journal::PartitionKey key, partition::Partition& partition) {
      look_at(key, partition);
    });
    start();
  });
}

void Mending::look_at(journal::PartitionKey key, partition::Partition& partition) {
  if (!partition.segments()) return;
  const auto& damaged = partition.segments()->damaged();
  size_t known = std::exchange(known_[key], damaged.size());
  if (damaged.size() > known)
    log_.error("a segment is damaged: it is fetched again",
               {{"error", damaged.rbegin()->second.text()}});
  if (damaged.size() < known)
    log_.info("a damaged segment is whole again",
              {{"space", key.space.value()}, {"partition", key.partition.value()}});
  if (asked_.contains(key)) return;
  auto wanted = partition.wanted_to_mend();
  if (!wanted) return;
  std::vector<BrokerId> peers;
  for (raft::ReplicaId voter : partition.node().memberships().in_force().voters)
    if (links_.is_up(broker_of(voter))) peers.push_back(broker_of(voter));
  if (peers.empty()) return;
  wire::FetchPartition asked{.space = key.space,
                             .partition = key.partition,
                             .from = wanted->from,
                             .bytes_max = limits::kMendBytes};
  asked_.insert(key);
  links_.request(peers[tries_++ % peers.size()],
                 wire::FetchRequest{.partitions = {asked},
                                    .bytes_min = 1,
                                    .bytes_max = limits::kMendBytes,
                                    .wait = Duration(0)},
                 [this, alive = alive_, key](const Result<net::Message>& answer) {
                   if (*alive) came(key, answer);
                 });
}

void Mending::came(journal::PartitionKey key, const Result<net::Message>& answer) {
  asked_.erase(key);
  partition::Partition* partition = replicas_.find(key);
  if (!partition || !answer || answer->payload.empty()) return;
  const auto* reply = std::get_if<wire::FetchReply>(&answer->envelope);
  if (!reply || reply->partitions.size() != 1) return;
  Buffer payload = answer->payload[0];
  auto batches = take_batches(payload, reply->partitions[0].batches.size());
  if (batches) partition->mend(*batches);
}

}  // namespace usher::server

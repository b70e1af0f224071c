#include "broker/server/mending.h"

#include <algorithm>
#include <utility>

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
    for (journal::PartitionKey key : replicas_.keys()) look_at(key);
    start();
  });
}

// What came to light, and what is whole again, since it was last said.
void Mending::say(journal::PartitionKey key, const log::Segments& segments) {
  Said& said = said_[key];
  const auto& damaged = segments.damaged();
  for (const auto& [base, why] : damaged)
    if (said.segments.insert(base).second)
      log_.error("a segment is damaged: it is fetched again", {{"error", why.text()}});
  std::erase_if(said.segments, [&](Offset base) {
    if (damaged.contains(base)) return false;
    log_.info("a damaged segment is whole again", {{"space", key.space.value()},
                                                   {"partition", key.partition.value()},
                                                   {"offset", base.value()}});
    return true;
  });
  // Fewer: the segments are others than before.
  const auto& indexes = segments.remade_indexes();
  for (size_t i = std::min(said.indexes, indexes.size()); i < indexes.size(); ++i)
    log_.warn("an index was damaged: it is made again", {{"error", indexes[i].text()}});
  said.indexes = indexes.size();
}

// Of a partition that is not open nobody is known to have it: whoever has not says so.
std::vector<BrokerId> Mending::peers_of(journal::PartitionKey key) const {
  std::vector<BrokerId> peers = links_.up();
  if (const partition::Partition* open = std::as_const(replicas_).find(key))
    std::erase_if(peers, [&](BrokerId peer) {
      return std::ranges::none_of(open->node().memberships().in_force().voters,
                                  [&](raft::ReplicaId voter) { return broker_of(voter) == peer; });
    });
  return peers;
}

void Mending::look_at(journal::PartitionKey key) {
  partition::Partition* open = replicas_.find(key);
  if (open && open->segments()) say(key, *open->segments());
  if (asked_.contains(key)) return;
  auto missing = replicas_.wanted_to_mend(key);
  if (!missing) return;
  std::vector<BrokerId> peers = peers_of(key);
  if (peers.empty()) return;
  // Who did not help is not asked again at once; who did has the rest too.
  Wanted& wanted = wanted_[key];
  if (wanted.from == missing->from) {
    ++tries_;
  } else {
    wanted = Wanted();
    wanted.from = missing->from;
  }
  wire::FetchPartition asked{.space = key.space,
                             .partition = key.partition,
                             .from = missing->from,
                             .bytes_max = limits::kMendBytes};
  asked_.insert(key);
  BrokerId peer = peers[tries_ % peers.size()];
  links_.request(peer,
                 wire::FetchRequest{.partitions = {asked},
                                    .bytes_min = 1,
                                    .bytes_max = limits::kMendBytes,
                                    .wait = Duration(0)},
                 [this, alive = alive_, key, peer](const Result<net::Message>& answer) {
                   if (*alive) came(key, peer, answer);
                 });
}

void Mending::lacks(journal::PartitionKey key, BrokerId peer, ErrorCode why) {
  Wanted& wanted = wanted_[key];
  if (why == ErrorCode::SEGMENT_CORRUPT) return;  // it will have it again
  wanted.without_it.insert(peer);
  wanted.was_let_go = wanted.was_let_go || why == ErrorCode::OFFSET_GONE;
  if (!is_beyond_help(key) || std::exchange(wanted.is_said, true)) return;
  log_.error("what is damaged was let go of by the others", {{"space", key.space.value()},
                                                             {"partition", key.partition.value()},
                                                             {"offset", wanted.from->value()}});
}

bool Mending::is_beyond_help(journal::PartitionKey key) const {
  auto wanted = wanted_.find(key);
  if (wanted == wanted_.end() || !wanted->second.was_let_go) return false;
  std::vector<BrokerId> peers = peers_of(key);
  return !peers.empty() && std::ranges::all_of(peers, [&](BrokerId peer) {
    return wanted->second.without_it.contains(peer);
  });
}

void Mending::came(journal::PartitionKey key, BrokerId peer, const Result<net::Message>& answer) {
  asked_.erase(key);
  const auto* reply = answer ? std::get_if<wire::FetchReply>(&answer->envelope) : nullptr;
  if (!reply || reply->partitions.size() != 1) return;
  if (const auto& error = reply->partitions[0].error) lacks(key, peer, error->code);
  if (answer->payload.empty()) return;
  Buffer payload = answer->payload[0];
  auto batches = take_batches(payload, reply->partitions[0].batches.size());
  if (!batches || batches->empty()) return;
  replicas_.mend(key, *batches);
  // It is being written. Until then the partition may lack a majority, so not at the next look; nor
  // faster than who lags is fed.
  Duration pace = answer->payload[0].size() * Duration(1s) / limits::kCatchUpBytesPerSecond;
  scheduler_.after(std::max(pace, limits::kMendPause), [this, alive = alive_, key] {
    if (*alive) look_at(key);
  });
}

}  // namespace usher::server

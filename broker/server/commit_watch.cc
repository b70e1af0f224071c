#include "broker/server/commit_watch.h"

namespace usher::server {

void CommitWatch::wait(journal::PartitionKey key, bool uncommitted, Offset offset, Waiter waiter) {
  Watched& watched = watched_[{key, uncommitted}];
  watched.waiters.insert(waiter);
  partition::Partition* partition = replicas_.find(key);
  if (!partition) return;
  const raft::Node& node = partition->node();
  bool moved_already = (uncommitted ? node.log().end().end : node.commit()) > offset;
  if (!watched.asked || moved_already) ask({key, uncommitted}, offset);
}

void CommitWatch::stop(journal::PartitionKey key, bool uncommitted, Waiter waiter) {
  auto watched = watched_.find({key, uncommitted});
  if (watched == watched_.end()) return;
  watched->second.waiters.erase(waiter);
  if (watched->second.waiters.empty() && !watched->second.asked) watched_.erase(watched);
}

void CommitWatch::ask(const Key& key, Offset offset) {
  partition::Partition* partition = replicas_.find(key.first);
  if (!partition) return;
  watched_[key].asked = true;
  partition->wait_above(offset, key.second, [this, alive = alive_, key] {
    if (*alive) moved(key);
  });
}

void CommitWatch::moved(const Key& key) {
  auto watched = watched_.find(key);
  if (watched == watched_.end()) return;
  std::set<Waiter> waiters = std::move(watched->second.waiters);
  watched_.erase(watched);
  for (Waiter waiter : waiters) moved_(waiter);
}

}  // namespace usher::server

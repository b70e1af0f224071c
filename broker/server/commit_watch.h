// Who waits for which partition to move: one call into the partition however many wait, and whoever
// stops waiting is forgotten at once. One Scheduler's thread.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "broker/server/replicas.h"

namespace usher::server {

class CommitWatch {
 public:
  using Waiter = uint64_t;
  // `moved` is called for each waiter of a partition that moved; it may stop or begin to wait.
  CommitWatch(Replicas& replicas, std::function<void(Waiter)> moved)
      : replicas_(replicas), moved_(std::move(moved)) {}
  ~CommitWatch() { *alive_ = false; }
  CommitWatch(const CommitWatch&) = delete;
  CommitWatch& operator=(const CommitWatch&) = delete;

  // Until stop(): above `offset` the commit, or the end of the log.
  void wait(journal::PartitionKey key, bool uncommitted, Offset offset, Waiter waiter);
  void stop(journal::PartitionKey key, bool uncommitted, Waiter waiter);

 private:
  using Key = std::pair<journal::PartitionKey, bool>;
  struct Watched {
    std::set<Waiter> waiters;
    bool asked = false;
  };
  void ask(const Key& key, Offset offset);
  void moved(const Key& key);

  Replicas& replicas_;
  std::function<void(Waiter)> moved_;
  std::map<Key, Watched> watched_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server

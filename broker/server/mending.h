// Damaged segments are mended with what other brokers hold: the range is fetched as any reader
// would, from one broker after the other, until the chain proves it. One Scheduler's thread.
//
//     Replicas: wanted_to_mend ─→ fetch at a peer ─→ mend
#pragma once

#include <map>
#include <optional>
#include <set>

#include "broker/server/replicas.h"

namespace usher::server {

class Mending {
 public:
  // All of it outlives this.
  Mending(Scheduler& scheduler, Replicas& replicas, PeerLinks& links, Log log);
  ~Mending();
  Mending(const Mending&) = delete;
  Mending& operator=(const Mending&) = delete;

  void start();

 private:
  void say(journal::PartitionKey key, const log::Segments& segments);
  void look_at(journal::PartitionKey key);
  void came(journal::PartitionKey key, const Result<net::Message>& answer);

  Scheduler& scheduler_;
  Replicas& replicas_;
  PeerLinks& links_;
  Log log_;
  size_t tries_ = 0;
  std::set<journal::PartitionKey> asked_;                               // and not answered yet
  std::map<journal::PartitionKey, std::optional<Offset>> wanted_from_;  // when last asked
  // As last said in the log.
  struct Said {
    std::set<Offset> segments;  // damaged ones
    size_t indexes = 0;
  };
  std::map<journal::PartitionKey, Said> said_;
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server

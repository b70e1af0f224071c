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
  // Of the brokers that are up nobody has any more what is missing here: the others let go of it
  // while it was damaged. Only an empty disk helps.
  bool is_beyond_help(journal::PartitionKey key) const;

 private:
  void say(journal::PartitionKey key, const log::Segments& segments);
  void look_at(journal::PartitionKey key);
  std::vector<BrokerId> peers_of(journal::PartitionKey key) const;
  void came(journal::PartitionKey key, BrokerId peer, const Result<net::Message>& answer);
  void lacks(journal::PartitionKey key, BrokerId peer, ErrorCode why);

  Scheduler& scheduler_;
  Replicas& replicas_;
  PeerLinks& links_;
  Log log_;
  size_t tries_ = 0;
  std::set<journal::PartitionKey> asked_;  // and not answered yet
  struct Wanted {
    std::optional<Offset> from;     // when last asked
    std::set<BrokerId> without_it;  // as they answered
    bool was_let_go = false;        // by one of them
    bool is_said = false;
  };
  std::map<journal::PartitionKey, Wanted> wanted_;
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

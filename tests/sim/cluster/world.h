// The simulated cluster: production brokers over simulated disks and network, and who sees all of
// it at any time. What no broker may ever do is looked for here, as it happens.
//
//     Brokers (tests/unit/broker/server) ─ look ─→ one leader a term, one chain at an offset,
//        ↑ faults.h                                no damage that nobody did
//        └ hosts of writers, readers, members, admins, by the network alone
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/cluster/checks/checks.h"
#include "tests/sim/cluster/history.h"
#include "tests/sim/cluster/temper.h"
#include "tests/sim/log/witness.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::clusters {

using journal::PartitionKey;

class World {
 public:
  World(const Temper& temper, uint64_t seed);

  sim::SimLoop& loop() { return brokers_.loop(); }
  sim::SimNetwork& network() { return brokers_.network(); }
  // The world's own, which nothing freezes.
  sim::SimScheduler& scheduler() { return scheduler_; }
  sim::Witness& witness() { return witness_; }
  Histories& histories() { return histories_; }
  const Temper& temper() const { return temper_; }
  MonotonicTime now() { return loop().now(); }

  size_t size() const { return brokers_.size(); }
  // Numbers from 1.
  server::Machine& machine(size_t number) { return brokers_.at(number); }
  std::vector<net::Endpoint> endpoints() const;
  static std::string host_of(size_t number) { return fmt::format("b{}", number); }

  void start(size_t number);
  void kill(size_t number, bool power_lost);

  // The cluster's state as the broker knows it that knows most; none before the first is up.
  const controller::ClusterState* newest_state();
  std::vector<PartitionKey> partitions();
  // By number; 0: nobody.
  size_t leader_of(PartitionKey key);
  // Everybody is up and counts with the disk it has, in every group.
  bool may_lose_disk();
  // Empty: everybody is up and serves all that is its to serve. Else who does not, in words.
  std::string why_not_ready();
  // Empty: everybody is level besides, led as it is preferred. Else what is not, in words.
  std::string why_not_level();
  bool has_replica(size_t number, PartitionKey key) { return replica(number, key) != nullptr; }
  // Of the leader's log.
  Offset end_of(PartitionKey key);
  // Empty: the task's owner has claimed it, and the app has moved behind `last`.
  std::string why_not_owned(PartitionKey key, const controller::App& app,
                            std::optional<Offset> last);
  uint64_t leaders() const { return leaders_seen_; }

  // The first offset that a broker has still.
  Offset start_of(size_t number, PartitionKey key);
  // All that a broker serves of a partition, from there on.
  sim::Log read_all(size_t number, PartitionKey key);
  // What a broker says to a record for what was deleted.
  Result<net::Message> append_to(size_t number, const Deleted& deleted);

 private:
  const partition::Partition* replica(size_t number, PartitionKey key);
  std::string why_not_level(PartitionKey key);
  void look_again();
  void look_at(size_t number, PartitionKey key, const partition::Partition& partition);

  Temper temper_;
  server::Brokers brokers_;
  sim::SimScheduler scheduler_;
  sim::Witness witness_;
  Histories histories_;
  std::map<std::pair<PartitionKey, Term>, size_t> leaders_;
  std::map<std::pair<PartitionKey, Offset>, wire::Chain> committed_;
  uint64_t leaders_seen_ = 0;
};

}  // namespace usher::clusters

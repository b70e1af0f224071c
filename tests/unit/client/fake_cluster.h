// Three brokers in virtual time that share one log in memory, for tests of what the client does
// when they move, vanish, or answer wrongly. One space of two partitions; what they promise is what
// docs/formats/protocol.md says, not how it is kept.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "client/cluster.h"
#include "proto/net/request_server.h"
#include "proto/wire/batch.h"

#include "tests/sim/sim_network.h"
#include "tests/unit/client/metadata_of.h"

namespace usher::client {

class FakeBroker;

struct FakeLog {
  std::vector<wire::Batch> batches;
  Offset end{0};
  std::map<TopicId, Seq> next_seqs;
  std::map<wire::ProducerId, std::vector<wire::AppendReply>> producers;
  // Of its one app, by epoch and number: sent again they get the first receipt.
  std::map<std::pair<Epoch, StepNumber>, wire::AppendReply> steps;
};

class FakeCluster {
 public:
  explicit FakeCluster(uint64_t seed = 1);
  ~FakeCluster();

  // All partitions; the term rises.
  void lead(uint32_t broker);
  void kill(uint32_t broker);
  void revive(uint32_t broker);
  std::unique_ptr<Cluster> connect();
  bool run_until(const std::function<bool()>& done, Duration within = 60s) {
    return loop.run_until(done, within);
  }
  // The values of a partition, one behind the other.
  std::string values(uint32_t partition) const;

  sim::SimLoop loop;
  Random random;
  sim::SimNetwork network;
  sim::SimScheduler client_scheduler{loop};
  std::unique_ptr<net::Transport> client_transport;

  std::array<FakeLog, 2> logs;
  uint32_t leader = 1;
  uint64_t term = 1;
  // The next appends are taken, and their answers lost.
  uint32_t answers_to_lose = 0;
  // The next appends are refused with it.
  std::vector<Error> refusals;
  // Seqs that are left out when batches are sealed: a broker with a bug.
  uint64_t skip_seqs = 0;
  uint64_t appends = 0;
  uint64_t next_producer = 1;
  std::map<uint32_t, std::unique_ptr<FakeBroker>> brokers;
  // The app's one member as the controller (broker 1) sees it.
  uint64_t joins = 0;
  wire::Assignment assignment;
  std::vector<wire::MemberHeartbeat> heartbeats;
  bool member_unknown = false;
  bool left = false;
  // Who runs the app, as the controller says; NOT_FOUND while there is nobody.
  wire::AppDescription description;
  // What whoever asks for the metadata is refused with.
  std::optional<Error> no_metadata;
  uint64_t changes = 0;  // of spaces; they are taken and not shown
  // Requests that nobody will answer.
  std::vector<net::Responder> lost;
};

}  // namespace usher::client

// Whole brokers in one process, in virtual time: the production Broker over simulated disks and
// network, started, killed, wiped and damaged by a test, asked as any client asks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/server/broker.h"
#include "proto/net/channel.h"

#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_network.h"

namespace usher::server {

// A machine: what is on its platter survives the broker that runs on it.
class Machine final : private BrokerOwner {
 public:
  // `seed`: of the world.
  Machine(sim::SimLoop& loop, sim::SimNetwork& network, BrokerId id, BrokerOptions options,
          uint64_t seed);

  BrokerId id() const { return id_; }
  bool is_up() const { return broker_ != nullptr; }
  Broker& broker() { return *broker_; }
  sim::SimPlatter& platter() { return platter_; }
  sim::SimScheduler& scheduler() { return *scheduler_; }
  sim::SimClock& clock() { return scheduler_->sim_clock(); }
  std::string metrics() const { return metrics_->text(); }
  // Why the last broker gave its data up.
  const std::optional<Error>& lost() const { return lost_; }
  const std::vector<std::string> said() const { return sink_->lines(); }

  void start();
  void kill();
  // While it is down. `renew`: as usher-broker does it with a directory whose data is lost; whose
  // it is from then on is kept here, and not in a file.
  void wipe() {
    platter_.wipe();
    renewed_.reset();
  }
  void renew();

 private:
  void on_data_lost(const Error& why) override { lost_ = why; }
  Identity identity();
  BrokerOwner& owner() { return *this; }

  sim::SimLoop& loop_;
  sim::SimNetwork& network_;
  BrokerId id_;
  BrokerOptions options_;
  Random random_;
  sim::SimPlatter platter_;
  uint64_t lives_ = 0;
  std::optional<Error> lost_;
  std::optional<Identity> renewed_;
  std::shared_ptr<MemoryLogSink> sink_ = std::make_shared<MemoryLogSink>();
  std::unique_ptr<sim::SimScheduler> scheduler_;
  std::unique_ptr<net::Transport> transport_;
  std::unique_ptr<sim::SimDisk> disk_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Broker> broker_;
};

// How large a world's files are, and from which number all its chances come.
struct BrokersShape {
  uint64_t segment_bytes = limits::kSegmentBytes;
  uint64_t journal_file_bytes = 4 * (limits::kMiB + limits::kJournalGroupBytes);
  uint64_t seed = 0;
};

class Brokers {
 public:
  Brokers(size_t count, const BrokersShape& shape);
  explicit Brokers(size_t count, uint64_t segment_bytes = limits::kSegmentBytes)
      : Brokers(count, {.segment_bytes = segment_bytes}) {}
  // Numbers from 1.
  Machine& at(size_t number) { return *machines_.at(number - 1); }
  size_t size() const { return machines_.size(); }
  sim::SimLoop& loop() { return loop_; }
  sim::SimNetwork& network() { return network_; }

  bool run_until(const std::function<bool()>& done, Duration within = 30s) {
    return loop_.run_until(done, within);
  }
  void run_for(Duration time) { loop_.run_for(time); }
  // Every broker that is up is ready.
  bool ready();
  bool run_until_ready() {
    return run_until([this] { return ready(); });
  }

  // One question, without waiting for its answer.
  using Answer = std::shared_ptr<std::optional<Result<net::Message>>>;
  Answer begin(size_t broker, net::Message request, Duration within);
  // One question; an answer that does not come is an error too.
  Result<net::Message> ask(size_t broker, net::Message request, Duration within = 2s);
  // Of whoever can answer it: NOT_LEADER and its like are followed up.
  Result<net::Message> ask_any(const std::function<net::Message()>& request);

  // Space "s" with id 1 and topic "t" with id 16.
  void make_topic(uint32_t partitions = 1, wire::Retention retention = {});
  // The offset that it has.
  Result<Offset> append(std::string_view value, PartitionId partition = PartitionId(0));
  // The values of a partition as this broker has them committed, or the error that it names.
  std::vector<std::string> values(size_t broker, Offset from = {});
  Error fetch_error(size_t broker, Offset from);
  // As its leader tells it; no replicas while there is none.
  wire::PartitionStatusReply status(PartitionId partition = PartitionId(0),
                                    SpaceId space = SpaceId(1));
  // "1 2 3", learners behind a +.
  std::string members(PartitionId partition = PartitionId(0), SpaceId space = SpaceId(1));

 private:
  Result<wire::FetchedPartition> fetch(size_t broker, Offset from, Buffer& payload);

  sim::SimLoop loop_;
  sim::SimNetwork network_;
  std::vector<std::unique_ptr<Machine>> machines_;
  sim::SimScheduler client_scheduler_{loop_};
  std::unique_ptr<net::Transport> client_ = network_.transport("client", client_scheduler_);
  std::vector<std::unique_ptr<net::Channel>> channels_;
};

}  // namespace usher::server

// One broker, wired: from its data directory and a network to a member of the cluster. The same
// code runs in `usher-broker` and in the simulator; only the seams differ.
//
//     identity ─→ founding ─→ journal ─→ `_system` ─→ controller's state ─→ partitions ─→ serving
// One Scheduler's thread.
#pragma once

#include <set>

#include "broker/server/broker_metrics.h"
#include "broker/server/mending.h"
#include "broker/server/metadata_view.h"
#include "broker/server/readiness.h"
#include "broker/server/requests.h"

namespace usher::server {

struct BrokerOptions {
  net::Endpoint listen;
  std::map<BrokerId, net::Endpoint> cluster;  // this one among them
  std::string rack;
  uint64_t memory_bytes = 1024 * limits::kMiB;
  uint64_t journal_file_bytes = limits::kJournalFileBytes;
  uint64_t segment_bytes = limits::kSegmentBytes;
};

// What a broker tells whoever made it, never inside a call of theirs.
class BrokerOwner {
 public:
  virtual ~BrokerOwner() = default;
  // What the directory promised is lost (JOURNAL_CORRUPT at a start, or a write or sync that
  // failed). End the broker: it must not say another word. The directory comes back with an
  // identity that is renewed().
  virtual void on_data_lost(const Error& why) = 0;
};

// What a broker builds on; all of it outlives it.
struct Seams {
  Scheduler& scheduler;
  net::Transport& transport;
  io::Disk& disk;
  Metrics& metrics;
  Log log;
  Random random;
};

class Broker final : private PeerEvents {
 public:
  // `identity`: what the directory says, or a new one's.
  Broker(Seams seams, BrokerOptions options, Identity identity, BrokerOwner& owner);
  ~Broker() override;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // ADDRESS_UNUSABLE. Everything else that goes wrong is said in the log and in why_not_ready().
  Result<void> start();
  // Empty: it serves, and every partition of its own knows a leader.
  std::string why_not_ready() const;
  // Hands its partitions over, answers who waits, ends.
  void drain(Callback done);

  // For who looks on.
  const Replicas& replicas() const { return replicas_; }
  const controller::ClusterState& state() const { return controller_.state(); }

 private:
  wire::IntroduceRequest introduction() const override;
  void on_introduced(BrokerId broker, const wire::IntroduceReply& reply,
                     MonotonicTime asked) override;
  void on_lost(BrokerId broker) override;

  void open_journal();
  void opened(journal::Journal::Opened opened);
  void serve();
  void on_state_changed();
  void register_broker(const wire::BrokerInfo& broker);
  void work_again();
  void spread_leaders();
  void retain();
  void hand_over_everything();
  bool is_level(const partition::Partition& partition, BrokerId broker) const;
  wire::BrokerInfo self_info() const;
  // The data directory that the broker has now, if it is here; if the cluster's log knows it so.
  std::optional<wire::Incarnation> here(BrokerId broker) const;
  std::optional<wire::Incarnation> present(BrokerId broker) const;
  void fail_for_ever(const Error& why);
  void lose_data(const Error& why);

  Seams seams_;
  BrokerOptions options_;
  Identity identity_;
  BrokerOwner& owner_;
  wire::Founder self_;
  Log log_;
  std::map<BrokerId, wire::BrokerInfo> seen_;  // as they introduced themselves
  std::optional<Error> failure_;
  bool stopping_ = false;

  BrokerMetrics metrics_;
  partition::Clocks clocks_;
  Founding founding_;
  Requests requests_;
  PeerLinks links_;
  Replicas replicas_;
  SystemLog system_;
  controller::Controller controller_;
  PartitionsHere here_;
  DataRequests data_;
  FetchRequests fetches_;
  AppSessions apps_;
  Readmissions readmissions_;
  Mending mending_;
  net::RequestServer server_;
  std::set<BrokerId> registering_;
  MonotonicTime retained_at_;
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server

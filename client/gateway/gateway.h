// The gateway: everything behind its HTTP server. Finds the cluster, sees to it that the seats'
// space is there, loads what is known of sections, and then takes requests.
//
//     HttpServer ─→ Gateway ─→ Api ─→ Booking ─┬─→ ClusterLog ─→ Producer ═ brokers
//                      │        └─→ SectionCache ←─ SectionFeed ─ Consumer ═ brokers
//                      └ ready: set up, loaded  └─→ ClusterState ═ processors
#pragma once

#include <optional>

#include "client/booking/cluster_log.h"
#include "client/booking/cluster_state.h"
#include "client/booking/set_up.h"
#include "client/gateway/api.h"
#include "client/gateway/section_feed.h"
#include "client/producer.h"

namespace usher::gateway {

struct GatewayOptions {
  std::vector<net::Endpoint> brokers;
  // Of the space `events`, where it has to be made.
  uint32_t partitions = 20;
  bool cache_rejects = true;
};

// All outlive it.
struct Seams {
  Scheduler& scheduler;
  net::Transport& transport;
  Metrics& metrics;
  Log log;
  Random random;
};

class Gateway {
 public:
  Gateway(const Seams& seams, GatewayOptions options);

  Api& api() { return api_; }
  // "": it takes requests.
  std::string why_not_ready() const;
  // Answers what is under way, takes nothing new.
  void drain(Callback done) { api_.drain(std::move(done)); }

 private:
  void set_up();
  void load(Result<client::MetadataPtr> known);

  Scheduler& scheduler_;
  Log log_;
  GatewayOptions options_;
  client::Cluster cluster_;
  client::Producer producer_;
  booking::ClusterLog command_log_;
  booking::ClusterState state_;
  booking::Booking booking_;
  SectionCache cache_;
  Api api_;
  std::unique_ptr<SectionFeed> feed_;
  // What the setting up met last.
  std::string waits_for_ = "the cluster does not answer yet";
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::gateway

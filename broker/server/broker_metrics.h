// What a broker counts and measures (docs/metrics.md has the names). Values that stand somewhere
// already are asked for when Prometheus asks.
#pragma once

#include <vector>

#include "broker/server/data_requests.h"
#include "broker/server/fetch_requests.h"
#include "proto/base/metrics.h"

namespace usher::server {

class BrokerMetrics {
 public:
  explicit BrokerMetrics(Metrics& metrics);

  DataMeasures data();
  JournalMeasures journal();
  // They outlive this.
  void watch(Replicas& replicas, const FetchRequests& fetches, const net::RequestServer& server);
  // The partitions of this broker have their series, those that are gone have none.
  void follow(const controller::ClusterState& state, const Replicas& replicas);

 private:
  void watch_server(const net::RequestServer& server);
  std::vector<Watch> watch_partition(const std::string& space, journal::PartitionKey key,
                                     const Replicas& replicas);

  Metrics& metrics_;
  std::vector<Watch> watches_;
  std::map<journal::PartitionKey, std::vector<Watch>> partitions_;
};

}  // namespace usher::server

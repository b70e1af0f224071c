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
  // They outlive this.
  void watch(Replicas& replicas, const FetchRequests& fetches, const net::RequestServer& server);

 private:
  void watch_server(const net::RequestServer& server);

  Metrics& metrics_;
  std::vector<Watch> watches_;
};

}  // namespace usher::server

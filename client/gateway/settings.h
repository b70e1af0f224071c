// What `usher-gateway` is told at its start.
#pragma once

#include <vector>

#include "client/gateway/gateway.h"
#include "proto/service/server_settings.h"
#include "proto/service/settings.h"

namespace usher::gateway {

struct GatewaySettings {
  std::vector<net::Endpoint> brokers;
  net::Endpoint listen;
  uint64_t partitions = 20;
  bool no_cache = false;

  void add_to(service::Settings& settings);
  GatewayOptions options() const;
};

}  // namespace usher::gateway

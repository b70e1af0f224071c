// What `usher-broker` is told at its start.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/service/server_settings.h"
#include "proto/service/settings.h"

namespace usher::server {

// "1=127.0.0.1:7101"
struct ListedBroker {
  uint64_t id = 0;
  net::Endpoint endpoint;
};
service::ValueType<ListedBroker> listed_broker_value();

struct BrokerSettings {
  uint64_t id = 0;
  net::Endpoint listen;
  std::string data;
  std::vector<ListedBroker> cluster;
  std::string rack;

  void add_to(service::Settings& settings);
  // CONFIG_INVALID: the list names a broker twice, not this one, or too many.
  Result<std::map<BrokerId, net::Endpoint>> brokers() const;
};

}  // namespace usher::server

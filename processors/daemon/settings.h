// What `usher-processor` is told at its start.
#pragma once

#include <string>
#include <vector>

#include "proto/service/server_settings.h"
#include "proto/service/settings.h"

namespace usher::processors {

struct ProcessorSettings {
  std::string app = "seats";
  std::vector<net::Endpoint> brokers;
  std::string state;
  net::Endpoint listen;
  uint64_t threads = 0;    // 0: as the machine has cores
  uint64_t tasks_max = 0;  // 0: any number
  uint64_t partitions = 20;

  void add_to(service::Settings& settings, const std::vector<std::string>& apps);
};

}  // namespace usher::processors

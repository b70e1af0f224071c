// Where a new space's replicas go. Pure: brokers with what they hold already in, one row of brokers
// a partition out, the first of which is preferred to lead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"

namespace usher::controller {

struct Host {
  BrokerId id = {};
  std::string rack = {};  // empty: one of its own
  uint32_t replicas = 0;
  uint32_t preferred = 0;  // partitions that it should lead
};

// Even in replicas and in preferred leaders; no two replicas of a partition on one broker, nor in
// one rack while there are racks enough. INVALID_ARGUMENT: fewer brokers than replicas.
Result<std::vector<std::vector<BrokerId>>> place(std::vector<Host> hosts, uint32_t partitions,
                                                 uint32_t replicas);

}  // namespace usher::controller

// Back to even after a failure: which of the partitions that a broker leads it should hand over to
// the replica that is preferred to lead them. Pure; a few at a time, so that the load is not
// disturbed.
#pragma once

#include <vector>

#include "proto/base/ids.h"

namespace usher::controller {

struct Led {
  SpaceId space = {};
  PartitionId partition = {};
  BrokerId preferred = {};
  bool preferred_is_up = false;     // for a while now
  bool preferred_is_level = false;  // has all but what is in flight
};

struct HandOver {
  SpaceId space = {};
  PartitionId partition = {};
  BrokerId to = {};
  friend bool operator==(const HandOver&, const HandOver&) = default;
};

std::vector<HandOver> spread(BrokerId self, const std::vector<Led>& led, size_t most);

}  // namespace usher::controller

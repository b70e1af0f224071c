// What must be in a cluster before seats can be sold: the space `events` and its topics. Made where
// it is missing, by whoever comes first; what others make at the same time is as good.
#pragma once

#include "client/cluster.h"

namespace usher::booking {

struct SetUpOptions {
  uint32_t partitions = 20;
  // Fewer, where the cluster has fewer brokers.
  uint32_t replicas = 3;
};

// True: space and topics are there.
bool is_set_up(const wire::Metadata& metadata);

using SetUp = std::move_only_function<void(Result<void>)>;
// The error of what could not be made, or of the last attempt.
void set_up(client::Cluster& cluster, SetUpOptions options, Duration within, SetUp done);

}  // namespace usher::booking

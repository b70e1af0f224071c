// Waits until the gateways of a cluster on this machine say that they take requests.
#pragma once

#include "client/cli/local_cluster.h"

namespace usher::cli {

// UNREACHABLE: one has ended. TIMED_OUT says what the one that is missing says.
Result<void> wait_for_gateways(Session& session, const LocalCluster& cluster, Duration within);

}  // namespace usher::cli

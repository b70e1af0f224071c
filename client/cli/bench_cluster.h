// A bench's cluster: one that stands, or three brokers (and processors, where it needs them) of its
// own in a temporary directory, which are gone afterwards.
#pragma once

#include <optional>

#include "client/cli/local_cluster.h"

namespace usher::cli {

class BenchCluster {
 public:
  BenchCluster() = default;
  ~BenchCluster();
  BenchCluster(const BenchCluster&) = delete;
  BenchCluster& operator=(const BenchCluster&) = delete;

  // One of its own; gives where its brokers are.
  Result<std::vector<net::Endpoint>> start(ClusterPlan plan = {});
  // None: it is not its own.
  const LocalCluster* own() const { return own_ ? &*own_ : nullptr; }

 private:
  std::optional<LocalCluster> own_;
};

// Processor time that its processes have used, in seconds, as their admin endpoints say.
double cpu_seconds(Session& session, const LocalCluster& cluster);

}  // namespace usher::cli

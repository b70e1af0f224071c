// A bench's cluster: one that stands, or three brokers (and processors, where it needs them) of its
// own in a temporary directory, which are gone afterwards.
#pragma once

#include <optional>

#include "client/cli/local_cluster.h"
#include "client/producer.h"

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
  LocalCluster* own() { return own_ ? &*own_ : nullptr; }

 private:
  std::optional<LocalCluster> own_;
};

// A space of the bench's own, on three brokers where there are so many, and its topic `records`.
Result<client::Topic> make_bench_topic(Session& session, const std::string& space,
                                       uint64_t partitions);

// The value of a series without labels that the process's admin endpoint tells; else 0.
double process_metric(Session& session, const MemberProcess& member, std::string_view name);
// Processor time that its processes have used, in seconds, as their admin endpoints say.
double cpu_seconds(Session& session, const LocalCluster& cluster);

}  // namespace usher::cli

#include "broker/server/broker_metrics.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/server/reading.h"

namespace usher::server {

BrokerMetrics::BrokerMetrics(Metrics& metrics) : metrics_(metrics) {}

DataMeasures BrokerMetrics::data() {
  return {
      .append_took =
          metrics_.durations("usher_append_seconds", "From an append's arrival to its commit.")
              .with(),
      .appended_batches =
          metrics_.counter("usher_appended_batches_total", "Batches that clients appended.").with(),
      .appended_bytes =
          metrics_.counter("usher_appended_bytes_total", "Bytes of batches that clients appended.")
              .with()};
}

JournalMeasures BrokerMetrics::journal() {
  return {
      .sync_took = metrics_
                       .durations("usher_journal_sync_seconds",
                                  "One write and sync of a group of the journal.")
                       .with(),
      .written_bytes =
          metrics_.counter("usher_journal_written_bytes_total", "Bytes of the journal's groups.")
              .with()};
}

void BrokerMetrics::watch(Replicas& replicas, const FetchRequests& fetches,
                          const net::RequestServer& server) {
  auto gauge = [&](std::string name, std::string help, std::function<double()> ask) {
    watches_.push_back(metrics_.gauge(std::move(name), std::move(help)).watch({}, std::move(ask)));
  };
  auto counter = [&](std::string name, std::string help, std::function<double()> ask) {
    watches_.push_back(
        metrics_.counter(std::move(name), std::move(help)).watch({}, std::move(ask)));
  };
  gauge("usher_fetches_waiting", "Fetches that wait for something to come.",
        [&fetches] { return static_cast<double>(fetches.waiting()); });
  counter("usher_fetched_bytes_total", "Bytes of batches that were sent to readers.",
          [&fetches] { return static_cast<double>(fetches.bytes_sent()); });
  counter("usher_peer_messages_refused_total",
          "Messages of other brokers for another cluster, directory or partition, or malformed.",
          [&replicas] {
            return static_cast<double>(replicas.counts().strangers + replicas.counts().malformed);
          });
  gauge("usher_partitions", "Partitions of this broker.",
        [&replicas] { return static_cast<double>(replicas.size()); });
  gauge("usher_journal_has_room", "1 while clients may append.",
        [&replicas] { return replicas.journal().has_room() ? 1.0 : 0.0; });
  gauge("usher_journal_files_in_use", "Files of the journal that a recovery would read.",
        [&replicas] { return static_cast<double>(replicas.journal().files().in_use()); });
  gauge("usher_tail_bytes", "Batches in memory for readers, and what no segment has yet.",
        [&replicas] { return static_cast<double>(replicas.tails().bytes()); });
  counter("usher_catch_up_bytes_total", "Bytes that lagging followers were fed from segments.",
          [&replicas] { return static_cast<double>(replicas.catch_up_bytes()); });
  watch_server(server);
}

void BrokerMetrics::follow(const controller::ClusterState& state, const Replicas& replicas) {
  std::map<journal::PartitionKey, std::string> here;
  replicas.each([&](journal::PartitionKey key, const partition::Partition&) {
    auto space = state.spaces().find(key.space);
    if (key.space == controller::kSystemSpace) here.emplace(key, "_system");
    if (space != state.spaces().end()) here.emplace(key, space->second.info.name);
  });
  std::erase_if(partitions_, [&](const auto& known) { return !here.contains(known.first); });
  for (const auto& [key, space] : here)
    if (!partitions_.contains(key)) partitions_.emplace(key, watch_partition(space, key, replicas));
}

std::vector<Watch> BrokerMetrics::watch_partition(const std::string& space,
                                                  journal::PartitionKey key,
                                                  const Replicas& replicas) {
  std::vector<Watch> watches;
  std::string number = fmt::format("{}", key.partition.value());
  auto gauge = [&](const char* name, const char* help,
                   std::function<double(const partition::Partition&)> ask) {
    auto series = metrics_.gauge(name, help, {"space", "partition"});
    watches.push_back(series.watch({space, number}, [&replicas, key, ask = std::move(ask)] {
      const partition::Partition* partition = replicas.find(key);
      return partition ? ask(*partition) : 0.0;
    }));
  };
  auto offset = [](Offset at) { return static_cast<double>(at.value()); };
  gauge("usher_partition_committed_offset", "Everything before it is committed, as known here.",
        [offset](const auto& partition) { return offset(partition.node().commit()); });
  gauge("usher_partition_flushed_offset", "Everything before it is on this broker's disk.",
        [offset](const auto& partition) { return offset(partition.node().flushed()); });
  gauge("usher_partition_start_offset", "The first offset that can be fetched here.",
        [offset](const auto& partition) { return offset(partition.log_start()); });
  gauge("usher_partition_is_leader", "1 where this broker leads the partition.",
        [](const auto& partition) {
          return partition.node().standing().role == raft::Role::kLeader ? 1.0 : 0.0;
        });
  gauge("usher_partition_term", "The term that this replica is in; it rises with each election.",
        [](const auto& partition) { return static_cast<double>(partition.node().term().value()); });
  gauge("usher_partition_lag_records",
        "At the leader: how far the last of its followers is behind the end of the log.",
        [](const auto& partition) {
          Offset end = partition.node().log().end().end;
          uint64_t lag = 0;
          for (const auto& [replica, progress] : partition.node().progress())
            lag = std::max(lag, end - std::min(end, progress.match()));
          return static_cast<double>(lag);
        });
  gauge("usher_log_bytes", "Bytes of the partition's segments on this broker's disk.",
        [](const auto& partition) { return static_cast<double>(log_bytes(partition)); });
  gauge("usher_partition_storage_failed", "1 where its segments take no more.",
        [](const auto& partition) { return partition.storage_failure() ? 1.0 : 0.0; });
  return watches;
}

void BrokerMetrics::watch_server(const net::RequestServer& server) {
  watches_.push_back(
      metrics_.gauge("usher_connections", "Connections that stand.").watch({}, [&server] {
        return static_cast<double>(server.connections());
      }));
  watches_.push_back(
      metrics_.gauge("usher_requests_in_flight", "Taken and not yet answered.")
          .watch({}, [&server] { return static_cast<double>(server.requests_in_flight()); }));
  auto closed =
      metrics_.counter("usher_connections_closed_total", "Why connections ended.", {"reason"});
  for (size_t i = 0; i < net::kCloseReasons; ++i) {
    auto reason = static_cast<net::CloseReason>(i);
    watches_.push_back(closed.watch({net::name(reason)}, [&server, reason] {
      return static_cast<double>(server.counts().closed_for(reason));
    }));
  }
}

}  // namespace usher::server

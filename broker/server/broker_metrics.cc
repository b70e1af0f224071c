#include "broker/server/broker_metrics.h"

#include <fmt/format.h>

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
  watch_server(server);
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

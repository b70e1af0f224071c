#include "broker/server/settings.h"

#include <charconv>

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::server {
namespace {

// The upper 16 bits of an incarnation.
constexpr uint64_t kBrokerIdMax = 65'535;

Result<ListedBroker> parse_listed(std::string_view text) {
  ListedBroker listed;
  size_t equals = text.find('=');
  auto parsed =
      std::from_chars(text.data(), text.data() + std::min(equals, text.size()), listed.id);
  if (equals == std::string_view::npos || parsed.ec != std::errc() ||
      parsed.ptr != text.data() + equals || listed.id == 0 || listed.id > kBrokerIdMax)
    return fail(
        ErrorCode::INVALID_ARGUMENT,
        fmt::format("'{}' is not a broker: expected ID=HOST:PORT, as in 1=127.0.0.1:7101", text));
  TRY_ASSIGN(listed.endpoint, net::Endpoint::parse(text.substr(equals + 1)));
  return listed;
}

}  // namespace

service::ValueType<ListedBroker> listed_broker_value() {
  return {"ID=HOST:PORT", parse_listed, [](const ListedBroker& listed) {
            return fmt::format("{}={}", listed.id, listed.endpoint.text());
          }};
}

void BrokerSettings::add_to(service::Settings& settings) {
  settings.add("id", service::integer_value(1, kBrokerIdMax), id, "This broker's number.")
      .is_required = true;
  settings.add("listen", service::endpoint_value(), listen, "Serves clients and brokers there.")
      .is_required = true;
  settings.add("data", service::path_value(), data, "The directory that holds the log.")
      .is_required = true;
  settings
      .add_list("cluster", listed_broker_value(), cluster,
                "All brokers of the cluster, this one among them; one alone is unreplicated.")
      .is_required = true;
  settings.add("rack", service::text_value(), rack,
               "Where it stands: replicas are spread over racks.");
}

Result<std::map<BrokerId, net::Endpoint>> BrokerSettings::brokers() const {
  std::map<BrokerId, net::Endpoint> brokers;
  for (const ListedBroker& listed : cluster)
    if (!brokers.emplace(BrokerId(static_cast<uint32_t>(listed.id)), listed.endpoint).second)
      return fail(ErrorCode::CONFIG_INVALID, fmt::format("cluster: broker {} twice", listed.id));
  if (!brokers.contains(BrokerId(static_cast<uint32_t>(id))))
    return fail(ErrorCode::CONFIG_INVALID, fmt::format("cluster: broker {} is not in it", id));
  if (brokers.size() > limits::kBrokers)
    return fail(ErrorCode::CONFIG_INVALID, fmt::format("cluster: {} brokers, the limit is {}",
                                                       brokers.size(), limits::kBrokers));
  return brokers;
}

}  // namespace usher::server

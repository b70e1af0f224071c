#include "client/gateway/settings.h"

#include "proto/base/limits.h"

namespace usher::gateway {

void GatewaySettings::add_to(service::Settings& settings) {
  settings
      .add_list("brokers", service::endpoint_value(), brokers,
                "Some brokers of the cluster; the others are found through them.")
      .is_required = true;
  settings.add("listen", service::endpoint_value(), listen, "Serves the API and the page there.")
      .is_required = true;
  settings.add("partitions", service::integer_value(1, limits::kSpacePartitions), partitions,
               "Of the space events, where it has to be made.");
  settings.add("no_cache", service::boolean_value(), no_cache,
               "Every request is decided by the log; the section cache turns nobody away.");
}

GatewayOptions GatewaySettings::options() const {
  return {.brokers = brokers,
          .partitions = static_cast<uint32_t>(partitions),
          .cache_rejects = !no_cache};
}

}  // namespace usher::gateway

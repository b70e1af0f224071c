#include "broker/controller/placement.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace usher::controller {
namespace {

// The least loaded host that the partition has not, if possible in a rack that it has not.
Host& next_host(std::vector<Host>& hosts, const std::vector<BrokerId>& taken,
                const std::set<std::string>& racks, bool leads) {
  auto rank = [&](const Host& host) {
    bool has_broker = std::ranges::find(taken, host.id) != taken.end();
    bool has_rack = !host.rack.empty() && racks.contains(host.rack);
    return std::tuple(has_broker, has_rack, leads ? host.preferred : host.replicas, host.replicas,
                      host.id);
  };
  return *std::ranges::min_element(hosts, {}, rank);
}

}  // namespace

Result<std::vector<std::vector<BrokerId>>> place(std::vector<Host> hosts, uint32_t partitions,
                                                 uint32_t replicas) {
  if (replicas == 0 || replicas > hosts.size())
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} replicas, but {} brokers are known", replicas, hosts.size()));
  std::vector<std::vector<BrokerId>> placed(partitions);
  for (auto& row : placed) {
    std::set<std::string> racks;
    while (row.size() < replicas) {
      Host& host = next_host(hosts, row, racks, row.empty());
      if (row.empty()) ++host.preferred;
      ++host.replicas;
      racks.insert(host.rack);
      row.push_back(host.id);
    }
  }
  return placed;
}

}  // namespace usher::controller

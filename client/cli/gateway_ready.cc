#include "client/cli/gateway_ready.h"

#include <fmt/format.h>

#include "proto/net/http_client.h"

namespace usher::cli {
namespace {

constexpr Duration kLookEvery = 20ms;

// "", or why it does not take requests yet.
std::string why_not_ready(Session& session, const MemberProcess& gateway) {
  auto endpoint = net::Endpoint::parse(gateway.admin);
  if (!endpoint) return endpoint.error().detail;
  auto answer = session.wait<net::HttpAnswer>([&](Session::Answer<net::HttpAnswer> take) {
    net::http_ask(session.asio_scheduler(), *endpoint,
                  {.method = "GET", .target = "/health/ready", .fields = {}, .body = ""}, 1s,
                  std::move(take));
  });
  if (!answer) return "it does not answer yet";
  return answer->status == 200 ? "" : answer->body;
}

}  // namespace

Result<void> wait_for_gateways(Session& session, const LocalCluster& cluster, Duration within) {
  MonotonicTime deadline = session.clock().monotonic() + within;
  for (const MemberProcess& gateway : cluster.file().gateways)
    for (;;) {
      if (!cluster.is_running(gateway))
        return fail(ErrorCode::UNREACHABLE,
                    fmt::format("gateway {} has ended; {}/gateway-{}/log says why", gateway.id,
                                cluster.dir(), gateway.id));
      std::string missing = why_not_ready(session, gateway);
      if (missing.empty()) break;
      if (session.clock().monotonic() >= deadline || session.interrupted())
        return fail(ErrorCode::TIMED_OUT,
                    fmt::format("the cluster is not ready: gateway {}: {}", gateway.id, missing));
      session.run_for(kLookEvery);
    }
  return {};
}

}  // namespace usher::cli

// The admin endpoint of a server: HTTP/1.1 with /health/live, /health/ready and /metrics, for
// whoever looks after the program.
#pragma once

#include <cstddef>
#include <memory>

#include "proto/base/limits.h"
#include "proto/base/result.h"
#include "proto/net/http_server.h"
#include "proto/service/admin_answer.h"

namespace usher::service {

struct AdminOptions {
  size_t connections = limits::kAdminConnections;
  size_t header_bytes = limits::kAdminHeaderBytes;
  Duration request_timeout = limits::kAdminRequestTimeout;
};

// On the scheduler's thread, which outlives it. Destroyed, it closes every connection.
class AdminEndpoint : private net::HttpHandler {
 public:
  // ADDRESS_UNUSABLE names the address.
  static Result<std::unique_ptr<AdminEndpoint>> open(net::AsioScheduler& scheduler,
                                                     const net::Endpoint& at, AdminPages pages,
                                                     AdminOptions options = {});
  // The port asked for, or the one chosen where 0 was.
  const net::Endpoint& local() const { return server_->local(); }

 private:
  explicit AdminEndpoint(AdminPages pages) : pages_(std::move(pages)) {}
  void on_request(net::HttpRequest request, net::HttpReply reply) override;
  net::HttpAnswer refusal(unsigned status, std::string_view why) override;

  AdminPages pages_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace usher::service

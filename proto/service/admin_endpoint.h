// The admin endpoint of a server: HTTP/1.1 with /health/live, /health/ready and /metrics, for
// whoever looks after the program. Everything about it is bounded; nothing that arrives there
// blocks the scheduler's thread or ends the program.
#pragma once

#include <cstddef>
#include <memory>

#include "proto/base/limits.h"
#include "proto/base/result.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/transport.h"
#include "proto/service/admin_answer.h"

namespace usher::service {

struct AdminOptions {
  size_t connections = limits::kAdminConnections;
  size_t header_bytes = limits::kAdminHeaderBytes;
  Duration request_timeout = limits::kAdminRequestTimeout;
};

// On the scheduler's thread, which outlives it. Destroyed, it closes every connection.
class AdminEndpoint {
 public:
  // ADDRESS_UNUSABLE names the address.
  static Result<std::unique_ptr<AdminEndpoint>> open(net::AsioScheduler& scheduler,
                                                     const net::Endpoint& at, AdminPages pages,
                                                     AdminOptions options = {});
  ~AdminEndpoint();
  // The port asked for, or the one chosen where 0 was.
  const net::Endpoint& local() const { return local_; }

 private:
  class Loop;
  AdminEndpoint(std::shared_ptr<Loop> loop, net::Endpoint local);
  std::shared_ptr<Loop> loop_;
  net::Endpoint local_;
};

}  // namespace usher::service

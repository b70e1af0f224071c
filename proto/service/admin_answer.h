// What the admin endpoint answers to a request: decided here, without a socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace usher::service {

struct Health {
  bool ok = true;
  std::string detail;  // why not, or what it is doing; for people
};

// What stands behind the paths. Asked on the scheduler's thread; each answers at once.
struct AdminPages {
  std::function<Health()> live;          // /health/live: false asks to be restarted
  std::function<Health()> ready;         // /health/ready: false asks for no work now
  std::function<std::string()> metrics;  // /metrics: Prometheus' text
};

struct AdminAnswer {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  // Not empty where the method is not one of them.
  std::string allow;
};

// HEAD is answered as GET: the sender leaves the body out.
AdminAnswer answer(std::string_view method, std::string_view target, const AdminPages& pages);
// For what never became a request: 400, 408, 413, 431.
AdminAnswer refusal(unsigned status, std::string_view why);

}  // namespace usher::service

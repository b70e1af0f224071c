#include "proto/service/admin_answer.h"

#include <fmt/format.h>

#include "proto/base/quote.h"

namespace usher::service {
namespace {

AdminAnswer health_answer(const Health& health) {
  return {.status = health.ok ? 200u : 503u,
          .content_type = "application/json",
          .body = fmt::format("{{\"status\":\"{}\",\"detail\":{}}}\n",
                              health.ok ? "ok" : "unavailable", quote(health.detail)),
          .allow = ""};
}

AdminAnswer page_answer(std::string_view path, const AdminPages& pages) {
  if (path == "/health/live") return health_answer(pages.live());
  if (path == "/health/ready") return health_answer(pages.ready());
  if (path == "/metrics")
    return {.status = 200,
            .content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = pages.metrics(),
            .allow = ""};
  return refusal(404, "there are /health/live, /health/ready and /metrics");
}

}  // namespace

AdminAnswer answer(std::string_view method, std::string_view target, const AdminPages& pages) {
  std::string_view path = target.substr(0, target.find('?'));
  AdminAnswer page = page_answer(path, pages);
  if (page.status == 404 || method == "GET" || method == "HEAD") return page;
  AdminAnswer refused = refusal(405, "only GET and HEAD are answered");
  refused.allow = "GET, HEAD";
  return refused;
}

AdminAnswer refusal(unsigned status, std::string_view why) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = valid_utf8(why) + "\n",
          .allow = ""};
}

}  // namespace usher::service

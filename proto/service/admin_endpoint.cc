#include "proto/service/admin_endpoint.h"

namespace usher::service {
namespace {

net::HttpAnswer as_http(AdminAnswer answer) {
  net::HttpAnswer http{.status = answer.status,
                       .content_type = std::move(answer.content_type),
                       .body = std::move(answer.body)};
  if (!answer.allow.empty()) http.fields.emplace_back("Allow", std::move(answer.allow));
  return http;
}

}  // namespace

Result<std::unique_ptr<AdminEndpoint>> AdminEndpoint::open(net::AsioScheduler& scheduler,
                                                           const net::Endpoint& at,
                                                           AdminPages pages, AdminOptions options) {
  std::unique_ptr<AdminEndpoint> endpoint(new AdminEndpoint(std::move(pages)));
  net::HttpOptions http{.connections = options.connections,
                        .header_bytes = options.header_bytes,
                        .body_bytes = 0,
                        .idle_timeout = options.request_timeout,
                        .request_timeout = options.request_timeout};
  TRY_ASSIGN(endpoint->server_, net::HttpServer::open(scheduler, at, *endpoint, http));
  return endpoint;
}

void AdminEndpoint::on_request(net::HttpRequest request, net::HttpReply reply) {
  reply(as_http(answer(request.method, request.target, pages_)));
}

net::HttpAnswer AdminEndpoint::refusal(unsigned status, std::string_view why) {
  return as_http(service::refusal(status, why));
}

}  // namespace usher::service

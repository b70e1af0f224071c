// usher-gateway: the HTTP API and the page. Everything but the sockets is a Gateway.
#include "client/gateway/settings.h"
#include "proto/base/limits.h"
#include "proto/net/asio_transport.h"
#include "proto/net/http_server.h"
#include "proto/service/service.h"

namespace usher::gateway {
namespace {

class Program final : public service::Program, private net::HttpHandler {
 public:
  explicit Program(const service::Surroundings& around)
      : around_(around), transport_(around.scheduler) {}

  Result<void> start(const GatewaySettings& settings) {
    gateway_.emplace(Seams{.scheduler = around_.scheduler,
                           .transport = transport_,
                           .metrics = around_.metrics,
                           .log = around_.log,
                           .random = around_.random.stream("gateway")},
                     settings.options());
    net::HttpOptions http{.connections = limits::kGatewayConnections,
                          .header_bytes = limits::kGatewayHeaderBytes,
                          .body_bytes = limits::kGatewayBodyBytes,
                          .idle_timeout = limits::kGatewayIdleTimeout,
                          .request_timeout = limits::kGatewayRequestTimeout};
    TRY_ASSIGN(server_, net::HttpServer::open(around_.scheduler, settings.listen, *this, http));
    around_.log.info("listening", {{"address", server_->local().text()}});
    return {};
  }

  service::Health ready() const override {
    std::string why = gateway_->why_not_ready();
    return {.ok = why.empty(), .detail = why};
  }
  // What was answered still has to leave: the server goes with the program.
  void drain(Callback done) override {
    gateway_->drain([this, done = std::move(done)]() mutable {
      around_.scheduler.after(kLeave, std::move(done));
    });
  }

 private:
  static constexpr Duration kLeave = 50ms;

  void on_request(net::HttpRequest request, net::HttpReply reply) override {
    gateway_->api().handle(
        std::move(request),
        [reply = std::move(reply)](net::HttpAnswer answer) mutable { reply(std::move(answer)); });
  }
  net::HttpAnswer refusal(unsigned status, std::string_view why) override {
    return gateway_->api().refusal(status, why);
  }

  service::Surroundings around_;
  net::AsioTransport transport_;
  std::optional<Gateway> gateway_;
  std::unique_ptr<net::HttpServer> server_;
};

int run(const service::ProgramInput& input) {
  GatewaySettings own;
  service::ServerSettings common;
  service::Settings settings(
      {"usher-gateway", "the HTTP API and the page",
       "usher-gateway --brokers 127.0.0.1:7101,127.0.0.1:7102,127.0.0.1:7103 "
       "--listen 127.0.0.1:7180 --admin 127.0.0.1:7501"});
  own.add_to(settings);
  common.add_to(settings);
  auto start =
      [&](const service::Surroundings& around) -> Result<std::unique_ptr<service::Program>> {
    auto program = std::make_unique<Program>(around);
    TRY(program->start(own));
    return program;
  };
  return service::run_server(settings, common, input, start);
}

}  // namespace
}  // namespace usher::gateway

int main(int argc, char** argv) {
  return usher::gateway::run(usher::service::ProgramInput::of(argc, argv, environ));
}

#include "proto/base/system_clock.h"
#include "proto/net/http_client.h"
#include "proto/net/http_server.h"

#include "tests/doctest.h"

namespace usher::net {
namespace {

struct Echo : HttpHandler {
  void on_request(HttpRequest request, HttpReply reply) override {
    reply({.status = 201,
           .content_type = "text/plain",
           .body = request.method + " " + request.target + " [" + request.body + "]",
           .fields = {{"X-Seen", std::string(request.field("x-mine").value_or("none"))}}});
  }
  HttpAnswer refusal(unsigned status, std::string_view why) override {
    return {.status = status, .content_type = "text/plain", .body = std::string(why)};
  }
};

struct Example {
  Example() {
    auto opened = HttpServer::open(scheduler, {"127.0.0.1", 0}, echo,
                                   {.connections = 3,
                                    .header_bytes = 1'024,
                                    .body_bytes = 1'000,
                                    .idle_timeout = 1min,
                                    .request_timeout = 1min});
    REQUIRE(opened.has_value());
    server = std::move(*opened);
  }
  Result<HttpAnswer> ask(const Endpoint& at, HttpRequest request) {
    std::optional<Result<HttpAnswer>> got;
    http_ask(scheduler, at, std::move(request), 1min, [&](Result<HttpAnswer> answer) {
      got = std::move(answer);
      scheduler.stop();
    });
    EXPECT(!got.has_value());
    scheduler.run();
    REQUIRE(got.has_value());
    return std::move(*got);
  }

  SystemClock clock;
  AsioScheduler scheduler{clock};
  Echo echo;
  std::unique_ptr<HttpServer> server;
};

TEST_CASE("an answer comes with its status, fields and body") {
  Example example;
  auto answer = example.ask(
      example.server->local(),
      {.method = "PUT", .target = "/a?b=c", .fields = {{"X-Mine", "7"}}, .body = "body"});
  REQUIRE(answer.has_value());
  EXPECT(answer->status == 201);
  EXPECT(answer->content_type == "text/plain");
  EXPECT(answer->body == "PUT /a?b=c [body]");
  EXPECT(answer->field("x-seen") == "7");
}

TEST_CASE("a refusal is an answer") {
  Example example;
  auto answer =
      example.ask(example.server->local(),
                  {.method = "POST", .target = "/", .fields = {}, .body = std::string(1'001, 'b')});
  REQUIRE(answer.has_value());
  EXPECT(answer->status == 413);
}

TEST_CASE("where nobody listens it surely was not asked") {
  Example example;
  Endpoint gone = example.server->local();
  example.server.reset();
  auto answer = example.ask(gone, {.method = "GET", .target = "/", .fields = {}, .body = ""});
  REQUIRE(!answer.has_value());
  EXPECT(answer.error().code == ErrorCode::UNREACHABLE);
}

}  // namespace
}  // namespace usher::net

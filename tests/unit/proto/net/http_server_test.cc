#include "proto/net/http_server.h"

#include <fmt/format.h>

#include "proto/base/system_clock.h"

#include "tests/doctest.h"
#include "tests/unit/proto/net/http_client.h"

namespace usher::net {
namespace {

// Says back what it was asked; or keeps the reply, or forgets it, where the path says so.
struct HttpEcho : HttpHandler {
  void on_request(HttpRequest request, HttpReply reply) override {
    if (request.target == "/forget") return;
    if (request.target == "/later") {
      kept.push_back(std::move(reply));
      return;
    }
    reply({.status = 202,
           .content_type = "text/plain",
           .body = fmt::format("{} {} [{}]", request.method, request.target, request.body),
           .fields = {{"X-Seen", std::string(request.field("x-request-id").value_or("none"))}}});
  }
  HttpAnswer refusal(unsigned status, std::string_view why) override {
    return {.status = status, .content_type = "text/plain", .body = std::string(why)};
  }
  std::vector<HttpReply> kept;
};

struct HttpExample {
  HttpExample() {
    auto opened = HttpServer::open(scheduler, {"127.0.0.1", 0}, echo,
                                   {.connections = 3,
                                    .header_bytes = 1'024,
                                    .body_bytes = 100'000,
                                    .idle_timeout = 1min,
                                    .request_timeout = 1min});
    REQUIRE(opened.has_value());
    server = std::move(*opened);
  }
  HttpClient client() { return {scheduler, server->local()}; }

  SystemClock clock;
  AsioScheduler scheduler{clock};
  HttpEcho echo;
  std::unique_ptr<HttpServer> server;
};

std::string post(std::string_view path, std::string_view body, std::string_view more = "") {
  return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), more, body);
}
constexpr std::string_view kLast = "Connection: close\r\n";

TEST_CASE("a body arrives whole, far larger than a header may be") {
  HttpExample example;
  std::string body(100'000, 'b');
  std::string answer = example.client().ask(post("/p", body, kLast));
  EXPECT(answer.starts_with("HTTP/1.1 202 Accepted\r\n"));
  EXPECT(answer.ends_with("POST /p [" + body + "]"));
}

TEST_CASE("a body over the limit is refused with 413, whether its length was told or not") {
  HttpExample example;
  EXPECT(example.client().ask(post("/p", std::string(100'001, 'b'))).starts_with("HTTP/1.1 413 "));
  std::string chunked =
      "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n";
  EXPECT(example.client().ask(chunked + std::string(100'001, 'b')).starts_with("HTTP/1.1 413 "));
}

TEST_CASE("requests sent at once are answered in their order, also where the first takes long") {
  HttpExample example;
  HttpClient client = example.client();
  client.send(post("/later", "") + post("/a", "1") + post("/b", "22", kLast));
  HttpClient other = example.client();
  EXPECT(other.ask(post("/other", "", kLast)).ends_with("POST /other []"));
  REQUIRE(example.echo.kept.size() == 1);
  example.echo.kept[0]({.status = 200, .body = "at last"});
  std::string answers = client.read_to_end();
  EXPECT(answers.find("at last") < answers.find("POST /a [1]"));
  EXPECT(answers.find("POST /a [1]") < answers.find("POST /b [22]"));
}

TEST_CASE("a reply that was forgotten is 500") {
  HttpExample example;
  EXPECT(example.client().ask(post("/forget", "", kLast)).starts_with("HTTP/1.1 500 "));
}

TEST_CASE("answering whoever has gone does nothing") {
  HttpExample example;
  {
    HttpClient gone = example.client();
    gone.send(post("/later", ""));
    example.client().ask(post("/other", "", kLast));
  }
  REQUIRE(example.echo.kept.size() == 1);
  example.echo.kept[0]({.status = 200, .body = "too late"});
  example.server.reset();
  example.echo.kept.clear();
}

TEST_CASE("a field is found whatever the case of its name") {
  HttpExample example;
  std::string answer =
      example.client().ask(post("/p", "", "X-REQUEST-ID: r7\r\nConnection: close\r\n"));
  EXPECT(answer.contains("X-Seen: r7\r\n"));
}

}  // namespace
}  // namespace usher::net

#include "proto/service/admin_endpoint.h"

#include "proto/base/system_clock.h"

#include "tests/doctest.h"
#include "tests/unit/proto/net/http_client.h"

namespace usher::service {
namespace {

// Fast enough for a test that waits for it, slow enough for those that must not see it.
constexpr AdminOptions kPatient = {
    .connections = 3, .header_bytes = 1'024, .request_timeout = 1min};
constexpr AdminOptions kHasty = {.connections = 3, .header_bytes = 1'024, .request_timeout = 20ms};

// An endpoint on a port of its own, and clients on the same loop.
struct Example {
  explicit Example(AdminOptions options) {
    AdminPages pages = {.live = [] { return Health{}; },
                        .ready = [] { return Health{false, "starting"}; },
                        .metrics = [this] { return std::string(metrics_bytes, 'x'); }};
    auto opened = AdminEndpoint::open(scheduler, {"127.0.0.1", 0}, std::move(pages), options);
    REQUIRE(opened.has_value());
    endpoint = std::move(*opened);
  }

  net::HttpClient client() { return {scheduler, endpoint->local()}; }

  SystemClock clock;
  net::AsioScheduler scheduler{clock};
  size_t metrics_bytes = 10;
  std::unique_ptr<AdminEndpoint> endpoint;
};

std::string get(std::string_view path, std::string_view more = "Connection: close\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) + "\r\n";
}

TEST_CASE("a page is answered with its length, and the connection ends when that was asked for") {
  Example example(kPatient);
  std::string answer = example.client().ask(get("/health/live"));
  EXPECT(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT(answer.contains("Content-Type: application/json\r\n"));
  EXPECT(answer.contains("Connection: close\r\n"));
  EXPECT(answer.ends_with("\r\n\r\n{\"status\":\"ok\",\"detail\":\"\"}\n"));
  EXPECT(example.client().ask(get("/health/ready")).starts_with("HTTP/1.1 503 "));
}

TEST_CASE("HEAD has the header of GET and no body") {
  Example example(kPatient);
  std::string request = get("/metrics");
  std::string answer = example.client().ask("HEAD" + request.substr(3));
  EXPECT(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT(answer.contains("Content-Length: 10\r\n"));
  EXPECT(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a connection takes one request after the other, also sent at once") {
  Example example(kPatient);
  net::HttpClient client = example.client();
  std::string answer = client.ask(get("/health/live", "") + get("/nowhere", "") + get("/metrics"));
  EXPECT(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT(answer.contains("HTTP/1.1 404 Not Found\r\n"));
  EXPECT(answer.ends_with("xxxxxxxxxx"));
}

TEST_CASE("HTTP/1.0 is answered in kind, and the connection ends") {
  Example example(kPatient);
  std::string answer = example.client().ask("GET /metrics HTTP/1.0\r\n\r\n");
  EXPECT(answer.starts_with("HTTP/1.0 200 OK\r\n"));
  EXPECT(answer.ends_with("xxxxxxxxxx"));
}

TEST_CASE("a method that is not allowed is told which are") {
  Example example(kPatient);
  std::string answer =
      example.client().ask("DELETE /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT(answer.contains("Allow: GET, HEAD\r\n"));
}

TEST_CASE("a page larger than any socket's buffer arrives whole") {
  Example example(kPatient);
  example.metrics_bytes = 20'000'000;
  std::string answer = example.client().ask(get("/metrics"));
  EXPECT(answer.size() > 20'000'000);
  EXPECT(answer.contains("Content-Length: 20000000\r\n"));
}

TEST_CASE("what is not HTTP is refused with 400") {
  for (const char* garbage :
       {"\x16\x03\x01\x02\r\n\r\n", "hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET /metrics HTTP/1.1\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n"}) {
    Example example(kPatient);
    net::HttpClient client = example.client();
    client.send(garbage);
    client.end_sending();
    EXPECT_MESSAGE(client.read_to_end().starts_with("HTTP/1.1 400 Bad Request\r\n"), garbage);
  }
}

TEST_CASE("a header over the limit is refused with 431, also while more of it arrives") {
  Example example(kPatient);
  net::HttpClient client = example.client();
  client.send(get("/metrics", "X: " + std::string(100'000, 'x') + "\r\n"));
  client.end_sending();
  EXPECT(client.read_to_end().starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST_CASE("who is refused while it still sends can send to the end, and then read why") {
  Example example(kPatient);
  net::HttpClient client = example.client();
  std::string endless = "X: ";
  endless.resize(20'000'000, 'x');
  EXPECT(client.send_whole(get("/metrics", endless + "\r\n")));
  client.end_sending();
  EXPECT(client.read_to_end().starts_with("HTTP/1.1 431 "));
}

TEST_CASE("a request with a body is refused with 413") {
  for (const char* body : {"Content-Length: 5\r\n", "Content-Length: 99999999999\r\n"}) {
    Example example(kPatient);
    net::HttpClient client = example.client();
    client.send(get("/metrics", body) + get("/metrics"));  // hidden in the body
    client.end_sending();
    std::string answer = client.read_to_end();
    EXPECT_MESSAGE(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), body);
    EXPECT_MESSAGE(answer.rfind("HTTP/1.1 ") == 0, answer);
  }
  Example example(kPatient);
  std::string chunked =
      get("/metrics", "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n";
  EXPECT(example.client().ask(chunked).starts_with("HTTP/1.1 413 "));
  EXPECT(example.client()
             .ask(get("/metrics", "Content-Length: 0\r\nConnection: close\r\n"))
             .starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("half a request is refused with 408 when its time is up, and silence is just ended") {
  Example example(kHasty);
  net::HttpClient half = example.client();
  half.send("GET /metr");
  net::HttpClient silent = example.client();
  EXPECT(half.read_to_end().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT(silent.read_to_end().empty());
}

TEST_CASE("a reader that takes nothing of its answer is ended when its time is up") {
  Example example(kHasty);
  example.metrics_bytes = 50'000'000;
  net::HttpClient stuck = example.client();
  stuck.send(get("/metrics"));
  // Others are answered meanwhile, and long enough for the time to be up.
  for (int i = 0; i < 3; ++i) EXPECT(example.client().read_to_end().empty());
  EXPECT(stuck.read_to_end().size() < 50'000'000);
}

TEST_CASE("beyond the limit of connections the oldest goes, so that who asks is answered") {
  Example example(kPatient);
  net::HttpClient first = example.client(), second = example.client(), third = example.client();
  // Answered: the three are known to the endpoint.
  third.send(get("/health/live", ""));
  EXPECT(third.read(15) == "HTTP/1.1 200 OK");
  EXPECT(example.client().ask(get("/metrics")).ends_with("xxxxxxxxxx"));
  EXPECT(first.read_to_end().empty());
  EXPECT(second.ask(get("/metrics")).ends_with("xxxxxxxxxx"));
}

TEST_CASE("an endpoint that goes ends its connections, and its port is free") {
  Example example(kPatient);
  net::Endpoint local = example.endpoint->local();
  net::HttpClient client = example.client();
  client.send(get("/health/live", ""));
  EXPECT(client.read(15) == "HTTP/1.1 200 OK");
  example.endpoint.reset();
  client.read_to_end();
  EXPECT(AdminEndpoint::open(example.scheduler, local, {}).has_value());
}

TEST_CASE("an address that is taken, or not ours, is named") {
  Example example(kPatient);
  auto taken = AdminEndpoint::open(example.scheduler, example.endpoint->local(), {});
  REQUIRE(!taken);
  EXPECT(taken.error().code == ErrorCode::ADDRESS_UNUSABLE);
  EXPECT(taken.error().detail.starts_with(example.endpoint->local().text() + ": "));
  EXPECT(!AdminEndpoint::open(example.scheduler, {"192.0.2.1", 0}, {}));
}

}  // namespace
}  // namespace usher::service

#include "proto/net/transport.h"

#include "tests/doctest.h"

namespace usher::net {
namespace {

TEST_CASE("an address is read as host and port, and written the same way") {
  struct {
    std::string_view text, host;
    uint16_t port;
  } cases[] = {{"127.0.0.1:7101", "127.0.0.1", 7101},
               {"localhost:0", "localhost", 0},
               {"broker-1.example_x.org:65535", "broker-1.example_x.org", 65535},
               {"[::1]:7101", "::1", 7101},
               {"[fe80::1%eth0]:1", "fe80::1%eth0", 1}};
  for (const auto& [text, host, port] : cases) {
    CAPTURE(text);
    auto endpoint = Endpoint::parse(text);
    REQUIRE(endpoint.has_value());
    EXPECT(endpoint->host == host);
    EXPECT(endpoint->port == port);
    EXPECT(endpoint->text() == text);
  }
}

TEST_CASE("what is no address is refused, and the text named") {
  for (std::string_view text :
       {"", "localhost", ":7101", "localhost:", "localhost:65536", "localhost:-1", "localhost:+1",
        "localhost:7101x", "localhost: 7101", "::1:7101", "[::1]", "[::1]7101", "[]:1", "a b:1",
        "a/b:1", "[a/b]:1", "[::1]:7101:1"}) {
    CAPTURE(text);
    auto endpoint = Endpoint::parse(text);
    REQUIRE(!endpoint.has_value());
    EXPECT(endpoint.error().code == ErrorCode::INVALID_ARGUMENT);
    EXPECT(endpoint.error().detail.find(text) != std::string::npos);
  }
  EXPECT(!Endpoint::parse(std::string(254, 'a') + ":1"));
}

}  // namespace
}  // namespace usher::net

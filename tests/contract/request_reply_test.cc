// Channel and RequestServer over real sockets: that it works there too. Their rules are tested in
// virtual time (tests/unit/proto/net).
#include <string>

#include "proto/net/channel.h"
#include "proto/net/request_server.h"

#include "tests/contract/asio_fixture.h"
#include "tests/contract/raw_socket.h"
#include "tests/doctest.h"

namespace usher::net {
namespace {

class Echo final : public RequestHandler {
 public:
  void on_request(const Peer&, Message request, Responder responder) override {
    responder.reply(std::move(request));
  }
  void on_message(const Peer&, Message) override { ++messages; }
  int messages = 0;
};

struct Served {
  Served() : server(fixture.server(), fixture.scheduler(), {}, echo) {
    auto listening = server.listen(fixture.free_address());
    REQUIRE(listening.has_value());
    address = *listening;
  }
  std::unique_ptr<Channel> channel() {
    return std::make_unique<Channel>(fixture.client(), fixture.scheduler(), Random(1), address,
                                     ChannelOptions{});
  }
  AsioTransportFixture fixture;
  Echo echo;
  RequestServer server;
  Endpoint address;
};

TEST_CASE("a thousand requests over TCP are each answered with what they asked") {
  Served served;
  auto channel = served.channel();
  size_t answered = 0;
  for (size_t i = 0; i < 1'000; ++i) {
    Message request{wire::Hello{.program = std::to_string(i)}, {}};
    request.payload.push_back(Buffer::copy_of(as_bytes(std::string(i * 17 % 9'000, 'p'))));
    auto asked = channel->request(std::move(request), 20s, [&, i](Result<Message> answer) {
      REQUIRE(answer.has_value());
      EXPECT(std::get<wire::Hello>(answer->envelope).program == std::to_string(i));
      size_t bytes = answer->payload.empty() ? 0 : answer->payload[0].size();
      EXPECT(bytes == i * 17 % 9'000);
      ++answered;
    });
    REQUIRE(asked.has_value());
  }
  EXPECT(channel->send_message({wire::Hello{.program = "one way"}, {}}).error().code ==
         ErrorCode::UNREACHABLE);
  REQUIRE(served.fixture.run_until([&] { return answered == 1'000; }));
  EXPECT(channel->send_message({wire::Hello{.program = "one way"}, {}}).has_value());
  REQUIRE(served.fixture.run_until([&] { return served.echo.messages == 1; }));
}

TEST_CASE("a server that stops leaves no answer behind") {
  Served served;
  auto channel = served.channel();
  REQUIRE(served.fixture.run_until([&] { return channel->is_up(); }));
  size_t answered = 0;
  for (int i = 0; i < 100; ++i)
    EXPECT(channel->request({wire::Hello{}, {}}, 20s, [&](Result<Message> answer) {
      EXPECT((answer || answer.error().code == ErrorCode::CLOSED));
      ++answered;
    }));
  REQUIRE(served.fixture.run_until([&] { return answered > 0; }));
  bool stopped = false;
  served.server.stop(10s, [&] { stopped = true; });
  REQUIRE(served.fixture.run_until([&] { return stopped; }));
  REQUIRE(served.fixture.run_until([&] { return answered == 100; }));
}

TEST_CASE("garbage on one connection is counted, and the others are served") {
  Served served;
  auto channel = served.channel();
  RawSocket raw;
  REQUIRE(raw.connect(served.address));
  REQUIRE(raw.send("this is no frame, however long one looks at it"));
  auto garbage = [&] { return served.server.counts().closed_for(CloseReason::kGarbage); };
  REQUIRE(served.fixture.run_until([&] { return garbage() == 1; }));
  REQUIRE(served.fixture.run_until([&] { return channel->is_up(); }));
}

}  // namespace
}  // namespace usher::net

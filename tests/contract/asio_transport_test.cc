// What only a real socket can do to the Asio transport.
#include <deque>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "proto/base/little_endian.h"

#include "tests/contract/asio_fixture.h"
#include "tests/contract/connection_recorder.h"
#include "tests/contract/raw_socket.h"
#include "tests/doctest.h"

namespace usher::net {
namespace {

struct Listening {
  explicit Listening(TransportOptions options = {}) : fixture(options) {
    auto accept = [this](std::unique_ptr<Connection> connection) {
      accepted.emplace_back().own(std::move(connection));
    };
    auto opened = fixture.server().listen(fixture.free_address(), accept);
    REQUIRE(opened.has_value());
    listener = std::move(*opened);
  }
  bool run_until_accepted(size_t count) {
    return fixture.run_until([&] { return accepted.size() >= count && accepted.back().opens; });
  }
  AsioTransportFixture fixture;
  std::unique_ptr<Listener> listener;
  std::deque<Recorder> accepted;
};

std::vector<std::byte> bytes_of(const wire::Frame& frame) {
  auto header = wire::encode_frame_header(frame);
  std::vector<std::byte> bytes(header->begin(), header->end());
  bytes.insert(bytes.end(), frame.envelope.data(), frame.envelope.data() + frame.envelope.size());
  return bytes;
}

TEST_CASE("bytes that are no frame end their own connection, named, and no other") {
  Listening server;
  Recorder good;
  good.own(server.fixture.client().connect(server.listener->local()));
  REQUIRE(server.run_until_accepted(1));
  RawSocket raw;
  REQUIRE(raw.connect(server.listener->local()));
  REQUIRE(server.run_until_accepted(2));

  std::vector<std::byte> frame = bytes_of(text_frame("some words"));
  ErrorCode code = ErrorCode::FRAME_MALFORMED;
  SUBCASE("another protocol") {
    frame.clear();
    REQUIRE(raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"));
  }
  SUBCASE("a wrong checksum") { frame.back() ^= std::byte{1}; }
  SUBCASE("an envelope over the limit") {
    store_le<uint32_t>(frame.data() + 12, limits::kEnvelopeBytes + 1);
  }
  SUBCASE("a payload of 4 GiB") { store_le<uint32_t>(frame.data() + 16, UINT32_MAX); }
  SUBCASE("a type that does not exist") { store_le<uint16_t>(frame.data() + 10, 99); }
  SUBCASE("another format") {
    store_le<uint16_t>(frame.data() + 8, 99);
    code = ErrorCode::VERSION_UNSUPPORTED;
  }
  SUBCASE("behind a good frame") { frame.insert(frame.end(), 100, std::byte{7}); }
  REQUIRE(raw.send(frame));
  REQUIRE(server.fixture.run_until([&] { return server.accepted[1].closed.has_value(); }));
  EXPECT(server.accepted[1].closed->code == code);
  EXPECT(server.accepted[1].frames.size() <= 1);

  REQUIRE(good.connection->send(text_frame("still here")));
  REQUIRE(server.fixture.run_until([&] { return server.accepted[0].frames.size() == 1; }));
  EXPECT(!server.accepted[0].closed);
}

TEST_CASE("half a frame is not heard; with the end behind it the connection is lost") {
  std::vector<std::byte> frame = bytes_of(text_frame("some words"));
  for (size_t half : {10uz, wire::kFrameHeaderBytes, frame.size() - 1}) {
    for (std::string_view then : {"ended", "reset", "completed"}) {
      CAPTURE(half);
      CAPTURE(then);
      Listening server;
      RawSocket raw;
      REQUIRE(raw.connect(server.listener->local()));
      REQUIRE(server.run_until_accepted(1));
      const Recorder& heard = server.accepted[0];
      REQUIRE(raw.send(Bytes(frame).first(half)));
      server.fixture.settle();
      EXPECT(heard.frames.empty());
      EXPECT(!heard.closed);
      if (then == "ended") raw.close();
      if (then == "reset") raw.reset();
      if (then == "completed") REQUIRE(raw.send(Bytes(frame).subspan(half)));
      REQUIRE(server.fixture.run_until([&] { return heard.closed || !heard.frames.empty(); }));
      EXPECT(heard.closed.has_value() == (then != "completed"));
      if (heard.closed) EXPECT(heard.closed->code == ErrorCode::CONNECTION_LOST);
    }
  }
}

TEST_CASE("a writer that sends a byte at a time is heard in the end") {
  Listening server;
  RawSocket raw;
  REQUIRE(raw.connect(server.listener->local()));
  for (std::byte byte : bytes_of(text_frame("slow"))) {
    REQUIRE(raw.send(Bytes(&byte, 1)));
    server.fixture.asio().io_context().poll();
  }
  REQUIRE(server.fixture.run_until([&] { return !server.accepted[0].frames.empty(); }));
  EXPECT(text_of(server.accepted[0].frames[0]) == "slow");
}

TEST_CASE("a host that does not answer is UNREACHABLE after the time that connecting may take") {
  RawSocket ignoring;
  Endpoint ignored = ignoring.listen_and_ignore();
  RawSocket fills_the_backlog;
  REQUIRE(fills_the_backlog.connect(ignored));
  AsioTransportFixture fixture({.connect_timeout = 30ms});
  Recorder client;
  client.own(fixture.client().connect(ignored));
  REQUIRE(fixture.run_until([&] { return client.closed.has_value(); }));
  EXPECT(client.closed->code == ErrorCode::UNREACHABLE);
  EXPECT(client.closed->detail.find("no answer within 30ms") != std::string::npos);
}

TEST_CASE("names are resolved, to listen on and to connect to") {
  AsioTransportFixture fixture;
  Recorder server;
  auto listener = fixture.server().listen(
      {"localhost", 0}, [&](auto connection) { server.own(std::move(connection)); });
  REQUIRE(listener.has_value());
  EXPECT((*listener)->local().host == "localhost");
  Recorder client;
  client.own(fixture.client().connect((*listener)->local()));
  SUBCASE("and it stands") {
    REQUIRE(fixture.run_until([&] { return server.opens && client.opens; }));
  }
  SUBCASE("or it is given up meanwhile") {
    client.connection.reset();
    fixture.settle();
    EXPECT(client.heard_nothing());
  }
  SUBCASE("or the program ends meanwhile") {}
}

TEST_CASE("an address of IPv6 works where the machine has it") {
  AsioTransportFixture fixture;
  Recorder server;
  auto listener = fixture.server().listen(
      {"::1", 0}, [&](auto connection) { server.own(std::move(connection)); });
  if (!listener) return;
  Recorder client;
  client.own(fixture.client().connect((*listener)->local()));
  REQUIRE(fixture.run_until([&] { return server.opens && client.opens; }));
  EXPECT(server.connection->peer().host == "::1");
}

TEST_CASE("an address that is not this machine's cannot be listened on") {
  AsioTransportFixture fixture;
  auto listener = fixture.server().listen({"192.0.2.1", 0}, [](auto) {});
  REQUIRE(!listener.has_value());
  EXPECT(listener.error().code == ErrorCode::ADDRESS_UNUSABLE);
}

// The lowest free number is the first that a new descriptor would take.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    int next = ::dup(STDIN_FILENO);
    ::close(next);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE(
    "a listener without file descriptors waits, without spinning, and goes on when there are "
    "some") {
  Listening server;
  RawSocket raw;
  bool over = false;
  // Before there are no descriptors: UBSan looks at objects through a pipe.
  server.fixture.scheduler().after(20ms, [&] { over = true; });
  {
    NoMoreDescriptors none;
    REQUIRE(raw.connect(server.listener->local()));
    int turns = 0;
    server.fixture.run_until([&] { return ++turns, over; });
    EXPECT(turns < 10);
    EXPECT(server.accepted.empty());
  }
  REQUIRE(server.run_until_accepted(1));
}

}  // namespace
}  // namespace usher::net

#include "tests/sim/sim_network.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"

namespace usher::sim {
namespace {

using net::Recorder;
using net::text_frame;

// Hosts a and b; b listens and keeps what it accepts.
struct TwoHosts {
  explicit TwoHosts(uint64_t seed = 1) : network(loop, Random(seed)) {
    b_transport = network.transport("b", *b_scheduler);
    auto accept = [this](std::unique_ptr<net::Connection> connection) {
      accepted.emplace_back(std::make_unique<Recorder>())->own(std::move(connection));
    };
    listener = *b_transport->listen(address, accept);
  }
  std::unique_ptr<Recorder> connect() {
    auto client = std::make_unique<Recorder>();
    client->own(a_transport->connect(address));
    return client;
  }
  std::unique_ptr<Recorder> connect_and_wait() {
    size_t before = accepted.size();
    auto client = connect();
    REQUIRE(loop.run_until([&] { return client->opens && accepted.size() > before; }, 1s));
    return client;
  }
  // Everything on b goes at once, as in a crash.
  void crash_b() {
    accepted.clear();
    listener.reset();
    b_transport.reset();
    b_scheduler.reset();
  }

  SimLoop loop;
  SimScheduler a_scheduler{loop};
  std::optional<SimScheduler> b_scheduler{loop};
  SimNetwork network;
  net::Endpoint address{"b", 7101};
  std::unique_ptr<net::Transport> a_transport = network.transport("a", a_scheduler);
  std::unique_ptr<net::Transport> b_transport;
  std::unique_ptr<net::Listener> listener;
  std::vector<std::unique_ptr<Recorder>> accepted;
};

TEST_CASE("a frame takes a time within the latency's bounds, and not always the same") {
  TwoHosts hosts;
  hosts.network.set_latency(1ms, 9ms);
  auto client = hosts.connect_and_wait();
  hosts.loop.run_for(100ms);
  Duration shortest = 1h;
  Duration longest = Duration::zero();
  for (size_t i = 1; i <= 200; ++i) {
    MonotonicTime sent = hosts.loop.now();
    REQUIRE(client->connection->send(text_frame("x")));
    REQUIRE(hosts.loop.run_until([&] { return hosts.accepted[0]->frames.size() == i; }, 1s));
    shortest = std::min(shortest, hosts.loop.now() - sent);
    longest = std::max(longest, hosts.loop.now() - sent);
  }
  EXPECT(shortest >= 1ms);
  EXPECT(shortest < 2ms);
  EXPECT(longest <= 9ms);
  EXPECT(longest > 8ms);
}

TEST_CASE("order holds within a connection and not between two") {
  TwoHosts hosts;
  auto first = hosts.connect_and_wait();
  auto second = hosts.connect_and_wait();
  int overtaken = 0;
  for (size_t i = 0; i < 100; ++i) {
    REQUIRE(first->connection->send(text_frame("x", 2 * i)));
    hosts.loop.run_for(Duration::zero());
    REQUIRE(first->connection->send(text_frame("x", 2 * i + 1)));
    REQUIRE(second->connection->send(text_frame("x")));
    size_t second_before = hosts.accepted[1]->frames.size();
    hosts.loop.run_until([&] { return hosts.accepted[0]->frames.size() == 2 * i + 1; }, 1s);
    overtaken += hosts.accepted[1]->frames.size() > second_before;
    hosts.loop.run_for(10ms);
  }
  EXPECT(overtaken > 5);
  EXPECT(overtaken < 95);
  REQUIRE(hosts.accepted[0]->frames.size() == 200);
  for (uint64_t i = 0; i < 200; ++i) REQUIRE(hosts.accepted[0]->frames[i].request == RequestId(i));
}

TEST_CASE(
    "a direction that is cut holds what is sent, in order, until it is healed; the other goes on") {
  TwoHosts hosts;
  auto client = hosts.connect_and_wait();
  hosts.network.cut("a", "b");
  for (uint64_t i = 0; i < 3; ++i) {
    REQUIRE(client->connection->send(text_frame("held", i)));
    REQUIRE(hosts.accepted[0]->connection->send(text_frame("through", i)));
    hosts.loop.run_for(10ms);
  }
  EXPECT(hosts.accepted[0]->frames.empty());
  EXPECT(client->frames.size() == 3);
  EXPECT(hosts.network.counts().held == 3);

  hosts.network.heal("a", "b");
  hosts.loop.run_for(1s);
  EXPECT(hosts.accepted[0]->frames.size() == 3);
}

TEST_CASE("what is sent after healing does not overtake what was held") {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    TwoHosts hosts(seed);
    auto client = hosts.connect_and_wait();
    hosts.network.cut("a", "b");
    REQUIRE(client->connection->send(text_frame("held", 0)));
    hosts.loop.run_for(10ms);
    hosts.network.heal("a", "b");
    for (uint64_t i = 1; i < 50; ++i) {
      REQUIRE(client->connection->send(text_frame("after", i)));
      hosts.loop.run_for(100us);
    }
    hosts.loop.run_for(1s);
    REQUIRE(hosts.accepted[0]->frames.size() == 50);
    for (uint64_t i = 0; i < 50; ++i) EXPECT(hosts.accepted[0]->frames[i].request == RequestId(i));
  }
}

TEST_CASE("a connection that could carry nothing for too long ends on both sides") {
  TwoHosts hosts;
  auto client = hosts.connect_and_wait();
  hosts.network.cut("a", "b");
  hosts.loop.run_for(1h);
  EXPECT(!client->closed);
  REQUIRE(client->connection->send(text_frame("held")));
  hosts.loop.run_for(limits::kPeerSilent - 1s);
  EXPECT(!client->closed);
  hosts.loop.run_for(2s);
  REQUIRE(client->closed);
  EXPECT(client->closed->code == ErrorCode::CONNECTION_LOST);
  REQUIRE(hosts.accepted[0]->closed);
  hosts.network.heal_all();
  hosts.loop.run_for(1s);
  EXPECT(hosts.accepted[0]->frames.empty());
}

TEST_CASE("connecting through a cut, in either direction, takes its whole time and fails") {
  TwoHosts hosts;
  SUBCASE("there") { hosts.network.cut("a", "b"); }
  SUBCASE("and back") { hosts.network.cut("b", "a"); }
  auto client = hosts.connect();
  hosts.loop.run_for(limits::kConnectTimeout - 1ms);
  EXPECT(!client->closed);
  hosts.loop.run_for(2ms);
  REQUIRE(client->closed);
  EXPECT(client->closed->code == ErrorCode::UNREACHABLE);
  EXPECT(hosts.accepted.empty());
  hosts.network.heal_all();
  EXPECT(hosts.connect_and_wait()->opens == 1);
}

TEST_CASE("a reset ends the connections between two hosts and no others") {
  TwoHosts hosts;
  SimScheduler c_scheduler(hosts.loop);
  auto c_transport = hosts.network.transport("c", c_scheduler);
  auto client = hosts.connect_and_wait();
  Recorder bystander;
  bystander.own(c_transport->connect(hosts.address));
  REQUIRE(hosts.loop.run_until([&] { return bystander.opens == 1; }, 1s));
  hosts.network.reset("b", "a");
  hosts.loop.run_for(10ms);
  REQUIRE(client->closed);
  EXPECT(client->closed->code == ErrorCode::CONNECTION_LOST);
  EXPECT(hosts.accepted[0]->closed);
  EXPECT(!hosts.accepted[1]->closed);
  REQUIRE(bystander.connection->send(text_frame("fine")));
  hosts.loop.run_for(10ms);
  EXPECT(hosts.accepted[1]->frames.size() == 1);
}

TEST_CASE(
    "a host that crashes is noticed, whatever was on the way, and comes back under its name") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    TwoHosts hosts(seed);
    auto client = hosts.connect_and_wait();
    auto late = hosts.connect();
    late->connection->send(text_frame("early")).value();
    client->connection->send(net::big_frame(1'000'000)).value();
    hosts.accepted[0]->connection->send(net::big_frame(1'000'000)).value();
    hosts.accepted[0]->connection->close();
    hosts.loop.run_for(Random(seed).between(0ms, 5ms));
    hosts.crash_b();
    hosts.loop.run_for(5s);
    REQUIRE(client->closed);
    REQUIRE(late->closed);
    SimScheduler scheduler(hosts.loop);
    auto transport = hosts.network.transport("b", scheduler);
    Recorder server;
    auto listener = transport->listen(hosts.address,
                                      [&](auto connection) { server.own(std::move(connection)); });
    REQUIRE(listener.has_value());
    auto again = hosts.connect();
    REQUIRE(hosts.loop.run_until([&] { return server.opens && again->opens; }, 1s));
  }
}

}  // namespace
}  // namespace usher::sim

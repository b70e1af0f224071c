#include "proto/net/channel.h"

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"
#include "tests/unit/proto/net/served_world.h"

namespace usher::net {
namespace {

using Words = std::vector<std::string>;

class StateRecorder final : public ChannelHandler {
 public:
  std::string states;
  std::vector<std::string> messages;
  Error down;
  void on_up(uint64_t) override { states += 'u'; }
  void on_down(const Error& why) override {
    states += 'd';
    down = why;
  }
  void on_message(Message message) override { messages.push_back(text_of(message)); }
};

// A server that a test plays by hand, frame by frame.
struct HandServer {
  explicit HandServer(World& world) {
    auto accept = [this](std::unique_ptr<Connection> connection) {
      recorder = std::make_unique<Recorder>();
      recorder->own(std::move(connection));
      if (!hello.program.empty()) EXPECT(recorder->connection->send(hello_frame(hello)));
    };
    auto listening = world.server_transport->listen(world.address, accept);
    REQUIRE(listening.has_value());
    listener = std::move(*listening);
  }
  void say(wire::FrameType type, uint64_t request, Message message) {
    EXPECT(recorder->connection->send(frame_of(type, RequestId(request), std::move(message))));
  }
  wire::Hello hello{.program = "by hand"};
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Recorder> recorder;
};

TEST_CASE("a request made before the connection stands is answered when it does") {
  World world;
  world.handler.echo = true;
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("early"), 30s, outcomes.take()));
  EXPECT(!channel->is_up());
  world.loop.run_for(1s);
  EXPECT(outcomes.all.empty());
  world.serve();
  REQUIRE(world.run_until([&] { return !outcomes.all.empty(); }));
  EXPECT(outcomes.all == Words{"early"});
  EXPECT(channel->is_up());
  EXPECT(channel->requests_in_flight() == 0);
}

TEST_CASE("many requests are in flight, and answers in any order go to who asked") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  for (int i = 0; i < 5; ++i)
    EXPECT(channel->request(word(std::to_string(i)), 10s, outcomes.take()));
  REQUIRE(world.run_until([&] { return world.handler.kept.size() == 5; }));
  for (size_t i = 0; i < 5; ++i) EXPECT(world.handler.kept[i].text == std::to_string(i));
  for (size_t i : {3, 0, 4, 1, 2}) {
    auto& kept = world.handler.kept[i];
    kept.responder.reply(word(kept.text));
  }
  REQUIRE(world.run_until([&] { return outcomes.all.size() == 5; }));
  EXPECT(outcomes.all == Words{"3", "0", "4", "1", "2"});
}

TEST_CASE("an answer is never called inside the request, whatever comes of it") {
  World world;
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("no time at all"), Duration::zero(), outcomes.take()));
  EXPECT(outcomes.all.empty());
  world.loop.run_for(1ms);
  EXPECT(outcomes.all == Words{"UNREACHABLE"});
}

TEST_CASE(
    "a request that was sent and not answered is TIMED_OUT at its deadline; what comes later is "
    "dropped") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(channel->request(word("slow"), 500ms, outcomes.take()));
  world.loop.run_for(499ms);
  EXPECT(outcomes.all.empty());
  world.loop.run_for(1ms);
  EXPECT(outcomes.all == Words{"TIMED_OUT"});
  REQUIRE(world.handler.kept.size() == 1);
  world.handler.answer_first();
  world.loop.run_for(1s);
  EXPECT(outcomes.all.size() == 1);
  EXPECT(channel->counts().late_answers == 1);
  EXPECT(channel->is_up());
}

TEST_CASE("a request that never left is UNREACHABLE: surely not done") {
  World world;
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("nobody there"), 3s, outcomes.take()));
  world.loop.run_for(3s);
  REQUIRE(outcomes.all == Words{"UNREACHABLE"});
  EXPECT(outcomes.errors[0].retry() == Retry::kSafe);
  EXPECT(outcomes.errors[0].detail.find("server:7101") != std::string::npos);
  world.handler.echo = true;
  world.serve();
  world.loop.run_for(10s);
  EXPECT(world.server->counts().requests == 0);
}

TEST_CASE("a connection that ends loses what was sent and keeps what was not") {
  World world(1, {}, {.send_queue_bytes = 100'000});
  world.serve({.requests_per_connection = 1});
  Outcomes outcomes;
  StateRecorder states;
  auto channel = world.channel({}, &states);
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  // One is with the handler, which keeps the server from reading on; the wire and the queue fill.
  int asked = 0;
  for (; asked < 20; ++asked)
    EXPECT(channel->request(heavy_word(std::to_string(asked), 90'000), 30s, outcomes.take()));
  world.loop.run_for(100ms);
  REQUIRE(world.handler.kept.size() == 1);

  world.network.reset("client", "server");
  world.loop.run_for(5ms);
  size_t lost = outcomes.all.size();
  EXPECT(lost > 1);
  EXPECT(lost < 20);
  EXPECT(outcomes.all == Words(lost, "CONNECTION_LOST"));
  EXPECT(outcomes.errors[0].retry() == Retry::kUnknown);
  EXPECT(states.states == "ud");

  world.handler.echo = true;
  REQUIRE(world.run_until([&] { return outcomes.all.size() == 20; }));
  for (size_t i = lost; i < 20; ++i) EXPECT(outcomes.all[i] == std::to_string(i));
  EXPECT(states.states == "udu");
}

TEST_CASE("a request that found no room until its deadline is QUEUE_FULL: surely not done") {
  World world(1, {}, {.send_queue_bytes = 100'000});
  world.serve({.requests_per_connection = 1});
  Outcomes outcomes;
  auto channel = world.channel();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  for (int i = 0; i < 20; ++i)
    EXPECT(channel->request(heavy_word("x", 90'000), 30s, outcomes.take()));
  EXPECT(channel->request(word("last"), 1s, outcomes.take()));
  world.loop.run_for(1s);
  REQUIRE(outcomes.all == Words{"QUEUE_FULL"});
  EXPECT(outcomes.errors[0].retry() == Retry::kSafe);
  EXPECT(channel->is_up());
}

TEST_CASE(
    "over the limit of requests or bytes in flight one is refused, until an answer makes room") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel({.requests_in_flight = 3, .request_bytes_in_flight = 10'000});
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(channel->request(heavy_word("a", 8'000), 10s, outcomes.take()));
  auto refused = channel->request(heavy_word("b", 8'000), 10s, outcomes.take());
  REQUIRE(!refused.has_value());
  EXPECT(refused.error().code == ErrorCode::QUEUE_FULL);
  EXPECT(channel->request(word("c"), 10s, outcomes.take()));
  EXPECT(channel->request(word("d"), 10s, outcomes.take()));
  EXPECT(!channel->request(word("e"), 10s, outcomes.take()));
  REQUIRE(world.run_until([&] { return world.handler.kept.size() == 3; }));
  world.handler.answer_first();
  REQUIRE(world.run_until([&] { return !outcomes.all.empty(); }));
  EXPECT(channel->request(heavy_word("b", 8'000), 10s, outcomes.take()));
  EXPECT(outcomes.all == Words{"a"});
}

TEST_CASE("a request over a frame's limit is refused at once, up or not") {
  World world;
  Outcomes outcomes;
  auto channel = world.channel();
  Message large = heavy_word("large", limits::kPayloadBytes + 1);
  EXPECT(channel->request(large, 1s, outcomes.take()).error().code == ErrorCode::TOO_LARGE);
  world.serve();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(channel->request(large, 1s, outcomes.take()).error().code == ErrorCode::TOO_LARGE);
  EXPECT(channel->requests_in_flight() == 0);
  world.loop.run_for(2s);
  EXPECT(outcomes.all.empty());
}

TEST_CASE("a channel connects again and again, ever more slowly, until a server is there") {
  World world;
  StateRecorder states;
  auto channel = world.channel({}, &states);
  world.loop.run_for(1s);
  EXPECT(channel->counts().connects >= 5);
  EXPECT(channel->counts().connects <= 10);
  world.loop.run_for(1min);
  uint64_t connects = channel->counts().connects;
  EXPECT(connects >= 30);
  EXPECT(connects <= 75);
  EXPECT(states.down.code == ErrorCode::UNREACHABLE);
  world.serve();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(states.states.ends_with("du"));

  world.server.reset();
  world.loop.run_for(5ms);
  EXPECT(states.down.code == ErrorCode::CONNECTION_LOST);
  EXPECT(states.states.ends_with("ud"));
  // Having been up, it begins with a short delay again.
  world.serve();
  world.loop.run_for(100ms);
  EXPECT(channel->is_up());
}

TEST_CASE(
    "a cut link times requests out; healed in time it goes on, healed too late it connects anew") {
  World world;
  world.handler.echo = true;
  world.serve();
  Outcomes outcomes;
  StateRecorder states;
  auto channel = world.channel({}, &states);
  REQUIRE(world.run_until([&] { return channel->is_up(); }));

  world.network.cut("server", "client");
  EXPECT(channel->request(word("a"), 1s, outcomes.take()));
  world.loop.run_for(2s);
  EXPECT(outcomes.all == Words{"TIMED_OUT"});
  world.network.heal_all();
  EXPECT(channel->request(word("b"), 1s, outcomes.take()));
  world.loop.run_for(1s);
  EXPECT(outcomes.all == Words{"TIMED_OUT", "b"});
  EXPECT(states.states == "u");

  world.network.cut("client", "server");
  EXPECT(channel->request(word("c"), 20s, outcomes.take()));
  world.loop.run_for(15s);
  EXPECT(outcomes.all.back() == "CONNECTION_LOST");
  world.network.heal_all();
  EXPECT(channel->request(word("d"), 20s, outcomes.take()));
  REQUIRE(world.run_until([&] { return outcomes.all.size() == 4; }));
  EXPECT(outcomes.all.back() == "d");
}

TEST_CASE("a server of another version is named at once to those who wait, and tried again") {
  World world;
  wire::Hello newer{.version = wire::kProtocolVersion + 1, .program = "usher-broker of tomorrow"};
  world.serve({.hello = newer});
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("a"), 30s, outcomes.take()));
  world.loop.run_for(1s);
  REQUIRE(outcomes.all == Words{"VERSION_UNSUPPORTED"});
  EXPECT(outcomes.errors[0].detail.find("usher-broker of tomorrow") != std::string::npos);
  world.server.reset();
  world.handler.echo = true;
  world.serve();
  EXPECT(channel->request(word("b"), 30s, outcomes.take()));
  REQUIRE(world.run_until([&] { return outcomes.all.size() == 2; }));
  EXPECT(outcomes.all[1] == "b");
}

TEST_CASE("a server that accepts and says nothing is left after the handshake's time") {
  World world;
  StateRecorder states;
  HandServer server(world);
  server.hello.program.clear();
  auto channel = world.channel({.handshake_timeout = 200ms}, &states);
  REQUIRE(world.run_until([&] { return states.states == "d"; }));
  EXPECT(states.down.code == ErrorCode::UNREACHABLE);
  EXPECT(!channel->is_up());
}

TEST_CASE("messages go both ways without an answer, and none while the channel is down") {
  World world;
  StateRecorder states;
  HandServer server(world);
  auto channel = world.channel({}, &states);
  EXPECT(channel->send_message(word("lost")).error().code == ErrorCode::UNREACHABLE);
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(channel->send_message(word("to server")));
  server.say(wire::FrameType::kMessage, 0, word("to client"));
  world.loop.run_for(100ms);
  EXPECT(states.messages == Words{"to client"});
  REQUIRE(server.recorder->frames.size() == 2);
  EXPECT(server.recorder->frames[0].type == wire::FrameType::kHello);
  EXPECT(server.recorder->frames[1].type == wire::FrameType::kMessage);
}

TEST_CASE("a message sent just before the channel goes still leaves") {
  World world;
  HandServer server(world);
  auto channel = world.channel();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(channel->send_message(word("last words")));
  channel.reset();
  world.loop.run_for(100ms);
  EXPECT(server.recorder->frames.size() == 2);
}

TEST_CASE("what no server says ends the connection, and a new one is made") {
  World world;
  StateRecorder states;
  HandServer server(world);
  auto channel = world.channel({}, &states);
  REQUIRE(world.run_until([&] { return channel->is_up(); }));

  SUBCASE("an answer to what was not asked") { server.say(wire::FrameType::kReply, 99, word("?")); }
  SUBCASE("a request") { server.say(wire::FrameType::kRequest, 1, word("?")); }
  SUBCASE("a second hello") { server.say(wire::FrameType::kHello, 0, word("?")); }
  SUBCASE("a message that cannot be read") {
    EXPECT(server.recorder->connection->send(text_frame("not an envelope")));
  }
  REQUIRE(world.run_until([&] { return states.states == "udu"; }));
  EXPECT(channel->counts().connects == 2);
}

TEST_CASE("an answer that is a failure, or cannot be read, is an error to who asked") {
  World world;
  HandServer server(world);
  Outcomes outcomes;
  auto channel = world.channel();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  EXPECT(channel->request(word("a"), 10s, outcomes.take()));
  EXPECT(channel->request(word("b"), 10s, outcomes.take()));
  server.say(wire::FrameType::kReply, 1, {wire::Failure{{ErrorCode::TOO_LARGE, "words"}}, {}});
  wire::Frame broken = text_frame("not an envelope", 2);
  broken.type = wire::FrameType::kReply;
  EXPECT(server.recorder->connection->send(std::move(broken)));
  world.loop.run_for(100ms);
  EXPECT(outcomes.all == Words{"TOO_LARGE", "ENVELOPE_MALFORMED"});
  EXPECT(outcomes.errors[0].detail == "words");
  EXPECT(channel->is_up());
}

TEST_CASE("a channel may be destroyed in any answer; the others are not called") {
  World world;
  world.serve();
  Outcomes outcomes;
  std::unique_ptr<Channel> channel = world.channel();
  REQUIRE(world.run_until([&] { return channel->is_up(); }));
  for (int i = 0; i < 3; ++i)
    EXPECT(channel->request(word("a"), 1s, outcomes.take([&] { channel.reset(); })));

  SUBCASE("in one that came") {
    REQUIRE(world.run_until([&] { return world.handler.kept.size() == 3; }));
    for (int i = 0; i < 3; ++i) world.handler.answer_first();
  }
  SUBCASE("at a deadline") {}
  SUBCASE("at the loss of the connection") { world.network.reset("client", "server"); }
  world.loop.run_for(10s);
  EXPECT(outcomes.all.size() == 1);
  EXPECT(!channel);
}

// What a fixed seed gives: outcomes in order, with the time of each.
std::string soak(uint64_t seed) {
  World world(seed);
  world.handler.echo = true;
  world.serve();
  auto channel = world.channel();
  Random random(seed);
  std::string trace;
  std::vector<int> answered(1'000);
  for (int& count : answered) {
    if (random.chance(1, 100)) world.network.reset("client", "server");
    if (random.chance(1, 100)) world.network.cut("client", "server");
    if (random.chance(1, 50)) world.network.heal_all();
    auto taken = channel->request(heavy_word("x", random.below(50'000)), random.between(1ms, 3s),
                                  [&](Result<Message> answer) {
                                    ++count;
                                    trace +=
                                        answer ? "ok " : std::string(answer.error().name()) + " ";
                                    trace += to_text(world.loop.now().since_start()) + "\n";
                                  });
    if (!taken) ++count, trace += "refused\n";
    world.loop.run_for(random.between(1ms, 30ms));
  }
  world.network.heal_all();
  world.loop.run_for(10s);
  for (int count : answered) EXPECT(count == 1);
  EXPECT(channel->requests_in_flight() == 0);
  EXPECT(channel->is_up());
  return trace;
}

TEST_CASE(
    "through resets and cuts every request has exactly one outcome, and a seed repeats itself") {
  std::string trace = soak(3);
  EXPECT(trace.contains("ok"));
  EXPECT(trace.contains("TIMED_OUT"));
  EXPECT(trace.contains("CONNECTION_LOST"));
  EXPECT(trace.contains("UNREACHABLE"));
  EXPECT(soak(3) == trace);
  EXPECT(soak(4) != trace);
}

}  // namespace
}  // namespace usher::net

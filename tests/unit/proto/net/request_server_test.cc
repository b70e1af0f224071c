#include "proto/net/request_server.h"

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"
#include "tests/unit/proto/net/served_world.h"

namespace usher::net {
namespace {

using Words = std::vector<std::string>;

// A client that a test plays by hand, frame by frame.
struct HandClient {
  explicit HandClient(World& in) : world(in) {
    recorder.own(world.client_transport->connect(world.address));
  }
  void say(wire::FrameType type, uint64_t request, Message message) {
    EXPECT(recorder.connection->send(frame_of(type, RequestId(request), std::move(message))));
  }
  void say_hello() { say(wire::FrameType::kHello, 0, word("by hand")); }
  void ask(uint64_t request, size_t payload_bytes = 0) {
    say(wire::FrameType::kRequest, request, heavy_word(std::to_string(request), payload_bytes));
  }
  bool run_until_closed() {
    return world.run_until([&] { return recorder.closed.has_value(); });
  }
  // The error in the last frame that came.
  std::string last_failure() const {
    if (recorder.frames.empty()) return "no frame";
    auto message = message_of(recorder.frames.back());
    return message ? "no failure" : std::string(message.error().name());
  }
  World& world;
  Recorder recorder;
};

bool run_until_kept(World& world, size_t count) {
  return world.run_until([&] { return world.handler.kept.size() >= count; });
}

TEST_CASE(
    "a request comes with who asks, its words and its bytes; the answer goes back under its id") {
  World world;
  world.serve();
  HandClient client(world);
  client.say_hello();
  client.ask(17, 5'000);
  REQUIRE(run_until_kept(world, 1));
  const auto& kept = world.handler.kept[0];
  EXPECT(kept.text == "17");
  EXPECT(kept.peer.endpoint.host == "client");
  EXPECT(world.server->requests_in_flight() == 1);
  EXPECT(world.server->connections() == 1);
  world.handler.answer_first();
  EXPECT(world.server->requests_in_flight() == 0);
  REQUIRE(world.run_until([&] { return client.recorder.frames.size() == 2; }));
  EXPECT(client.recorder.frames[0].type == wire::FrameType::kHello);
  EXPECT(client.recorder.frames[1].type == wire::FrameType::kReply);
  EXPECT(client.recorder.frames[1].request == RequestId(17));
}

TEST_CASE("a request dropped without an answer is answered INTERNAL") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("a"), 10s, outcomes.take()));
  EXPECT(channel->request(word("b"), 10s, outcomes.take()));
  REQUIRE(run_until_kept(world, 2));
  world.handler.kept.clear();
  REQUIRE(world.run_until([&] { return outcomes.all.size() == 2; }));
  EXPECT(outcomes.all == Words{"INTERNAL", "INTERNAL"});
}

TEST_CASE(
    "a responder that is moved owes its answer once, and one assigned over answers for itself") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("a"), 10s, outcomes.take()));
  EXPECT(channel->request(word("b"), 10s, outcomes.take()));
  REQUIRE(run_until_kept(world, 2));
  Responder moved = std::move(world.handler.kept[0].responder);
  moved = std::move(world.handler.kept[1].responder);
  moved.fail({ErrorCode::TOO_LARGE, ""});
  world.handler.kept.clear();
  REQUIRE(world.run_until([&] { return outcomes.all.size() == 2; }));
  world.loop.run_for(1s);
  EXPECT(outcomes.all == Words{"INTERNAL", "TOO_LARGE"});
}

TEST_CASE("answering when the connection, or the server, is gone does nothing") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("a"), 10s, outcomes.take()));
  EXPECT(channel->request(word("b"), 10s, outcomes.take()));
  REQUIRE(run_until_kept(world, 2));
  world.network.reset("client", "server");
  world.loop.run_for(1ms);
  EXPECT(world.server->requests_in_flight() == 0);
  EXPECT(world.handler.gone == std::vector<uint64_t>{1});
  world.handler.answer_first();
  EXPECT(world.server->requests_in_flight() == 0);
  world.server.reset();
  world.handler.answer_first();
  world.loop.run_for(1s);
  EXPECT(outcomes.all == Words{"CONNECTION_LOST", "CONNECTION_LOST"});
}

TEST_CASE("an answer over a frame's limit reaches the client as TOO_LARGE") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("a"), 10s, outcomes.take()));
  REQUIRE(run_until_kept(world, 1));
  world.handler.kept[0].responder.reply(heavy_word("large", limits::kPayloadBytes + 1));
  REQUIRE(world.run_until([&] { return !outcomes.all.empty(); }));
  EXPECT(outcomes.all == Words{"TOO_LARGE"});
}

TEST_CASE("a request whose envelope cannot be read is answered so, and the connection goes on") {
  World world;
  world.handler.echo = true;
  world.serve();
  HandClient client(world);
  client.say_hello();
  wire::Frame broken = text_frame("not an envelope", 5);
  broken.type = wire::FrameType::kRequest;
  EXPECT(client.recorder.connection->send(std::move(broken)));
  REQUIRE(world.run_until([&] { return client.recorder.frames.size() == 2; }));
  EXPECT(client.last_failure() == "ENVELOPE_MALFORMED");
  client.ask(6);
  REQUIRE(world.run_until([&] { return client.recorder.frames.size() == 3; }));
  EXPECT(world.server->requests_in_flight() == 0);
}

TEST_CASE("messages go to the handler and are not answered") {
  World world;
  world.serve();
  HandClient client(world);
  client.say_hello();
  client.say(wire::FrameType::kMessage, 0, word("by the way"));
  REQUIRE(world.run_until([&] { return !world.handler.messages.empty(); }));
  EXPECT(world.handler.messages == Words{"by the way"});
  EXPECT(world.server->counts().messages == 1);
  EXPECT(world.server->requests_in_flight() == 0);
}

TEST_CASE("what is no hello ends its connection, counted by its reason, and no other") {
  World world;
  world.handler.echo = true;
  world.serve({.handshake_timeout = 200ms});
  Outcomes outcomes;
  auto bystander = world.channel();
  HandClient client(world);
  CloseReason reason{};
  std::string told;

  SUBCASE("a request first") {
    client.ask(1);
    reason = CloseReason::kBadHello;
    told = "FRAME_MALFORMED";
  }
  SUBCASE("a hello that holds something else") {
    client.say(wire::FrameType::kHello, 0, {wire::Failure{}, {}});
    reason = CloseReason::kBadHello;
    told = "INTERNAL";
  }
  SUBCASE("a hello of another version") {
    client.say(wire::FrameType::kHello, 0, {wire::Hello{.version = 9, .program = "x"}, {}});
    reason = CloseReason::kBadHello;
    told = "VERSION_UNSUPPORTED";
  }
  SUBCASE("a hello that cannot be read") {
    wire::Frame broken = text_frame("not an envelope");
    broken.type = wire::FrameType::kHello;
    EXPECT(client.recorder.connection->send(std::move(broken)));
    reason = CloseReason::kBadHello;
    told = "ENVELOPE_MALFORMED";
  }
  SUBCASE("no hello at all") {
    reason = CloseReason::kNoHello;
    told = "no failure";
  }
  SUBCASE("a second hello") {
    client.say_hello();
    client.say_hello();
    reason = CloseReason::kUnexpectedFrame;
    told = "no failure";
  }
  SUBCASE("a reply") {
    client.say_hello();
    client.say(wire::FrameType::kReply, 1, word("?"));
    reason = CloseReason::kUnexpectedFrame;
    told = "no failure";
  }
  SUBCASE("a message that cannot be read") {
    client.say_hello();
    EXPECT(client.recorder.connection->send(text_frame("not an envelope")));
    reason = CloseReason::kGarbage;
    told = "no failure";
  }
  REQUIRE(client.run_until_closed());
  CAPTURE(name(reason));
  EXPECT(client.last_failure() == told);
  world.loop.run_for(1s);
  EXPECT(world.server->counts().closed_for(reason) == 1);
  EXPECT(world.server->counts().closed_for(CloseReason::kPeerLeft) == 0);
  EXPECT(world.handler.kept.empty());
  EXPECT(world.server->connections() == 1);
  EXPECT(bystander->request(word("fine"), 10s, outcomes.take()));
  REQUIRE(world.run_until([&] { return !outcomes.all.empty(); }));
  EXPECT(outcomes.all == Words{"fine"});
  EXPECT(bystander->counts().connects == 1);
}

TEST_CASE("over the limit of connections a client is told so, and served when another has left") {
  World world;
  world.handler.echo = true;
  world.serve({.connections = 1});
  auto first = world.channel();
  REQUIRE(world.run_until([&] { return first->is_up(); }));
  HandClient second(world);
  second.say_hello();
  REQUIRE(second.run_until_closed());
  EXPECT(second.last_failure() == "QUEUE_FULL");
  EXPECT(world.server->counts().closed_for(CloseReason::kTooMany) == 1);
  auto third = world.channel();
  world.loop.run_for(1s);
  EXPECT(!third->is_up());
  first.reset();
  REQUIRE(world.run_until([&] { return third->is_up(); }));
}

TEST_CASE(
    "at the limit of requests of a connection the server reads no further until one is answered") {
  World world;
  SUBCASE("by count") { world.serve({.requests_per_connection = 3}); }
  SUBCASE("by bytes") { world.serve({.request_bytes_per_connection = 2'500}); }
  HandClient client(world);
  HandClient other(world);
  client.say_hello();
  other.say_hello();
  for (uint64_t i = 0; i < 10; ++i) client.ask(i, 1'000);
  world.loop.run_for(1s);
  EXPECT(world.handler.kept.size() == 3);
  for (int i = 0; i < 7; ++i) {
    world.handler.answer_first();
    world.loop.run_for(100ms);
    EXPECT(world.handler.kept.size() == 3);
  }
  EXPECT(world.handler.kept.back().text == "9");
  // Others are not concerned.
  other.ask(77);
  world.loop.run_for(100ms);
  EXPECT(world.handler.kept.back().text == "77");
}

TEST_CASE("at the limit in all every connection waits, and all go on when there is room") {
  World world;
  SUBCASE("by count") { world.serve({.requests_in_all = 4}); }
  SUBCASE("by bytes") { world.serve({.request_bytes_in_all = 4'000}); }
  std::vector<std::unique_ptr<HandClient>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<HandClient>(world));
    clients.back()->say_hello();
    for (uint64_t request = 0; request < 10; ++request) clients.back()->ask(request, 1'000);
  }
  size_t answered = 0;
  size_t most = 0;
  while (answered < 40) {
    world.loop.run_for(100ms);
    most = std::max(most, world.handler.kept.size());
    REQUIRE(!world.handler.kept.empty());
    world.handler.answer_first();
    ++answered;
  }
  // What has arrived is taken: one more of each connection.
  EXPECT(most >= 4);
  EXPECT(most <= 4 + 4);
  world.loop.run_for(100ms);
  for (const auto& client : clients) EXPECT(client->recorder.frames.size() == 11);
}

TEST_CASE("answers that find no room wait, nothing more is read meanwhile, and nothing is lost") {
  World world(1, {.send_queue_bytes = 100'000});
  world.handler.echo = true;
  world.serve();
  HandClient client(world);
  client.say_hello();
  world.loop.run_for(100ms);
  client.recorder.connection->pause_reading();
  for (uint64_t i = 0; i < 40; ++i) client.ask(i, 50'000);
  world.loop.run_for(1s);
  uint64_t taken = world.server->counts().requests;
  EXPECT(taken > 1);
  EXPECT(taken < 20);
  client.recorder.connection->resume_reading();
  REQUIRE(world.run_until([&] { return client.recorder.frames.size() == 41; }));
  for (uint64_t i = 0; i < 40; ++i) EXPECT(client.recorder.frames[i + 1].request == RequestId(i));
}

TEST_CASE("a client that leaves too many answers unread is given up") {
  World world(1, {.send_queue_bytes = 100'000});
  world.serve({.waiting_reply_bytes = 500'000});
  HandClient client(world);
  client.say_hello();
  for (uint64_t i = 0; i < 40; ++i) client.ask(i);
  REQUIRE(run_until_kept(world, 40));
  client.recorder.connection->pause_reading();
  for (auto& kept : world.handler.kept) kept.responder.reply(heavy_word("large", 50'000));
  EXPECT(world.server->counts().closed_for(CloseReason::kReaderTooSlow) == 1);
  world.loop.run_for(10s);
  EXPECT(world.server->connections() == 0);
  EXPECT(world.server->requests_in_flight() == 0);
}

TEST_CASE("a stopping server answers what it has, refuses what is new, and says when it is done") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  auto idle = world.channel();
  EXPECT(channel->request(word("before"), 10s, outcomes.take()));
  REQUIRE(run_until_kept(world, 1));
  bool done = false;
  world.server->stop(5s, [&] { done = true; });
  EXPECT(channel->request(word("after"), 10s, outcomes.take()));
  world.loop.run_for(1s);
  EXPECT(outcomes.all == Words{"CLOSED"});
  EXPECT(outcomes.errors[0].retry() == Retry::kSafe);
  EXPECT(!done);
  EXPECT(world.server->connections() == 1);
  world.handler.answer_first();
  EXPECT(!done);
  REQUIRE(world.run_until([&] { return done; }));
  EXPECT(outcomes.all == Words{"CLOSED", "before"});
  EXPECT(world.server->connections() == 0);
  EXPECT(world.server->counts().closed_for(CloseReason::kStopped) == 2);
  world.loop.run_for(5s);
  EXPECT(!channel->is_up());
}

TEST_CASE("a stop takes no longer than it may, whatever is unanswered") {
  World world;
  world.serve();
  Outcomes outcomes;
  auto channel = world.channel();
  EXPECT(channel->request(word("never answered"), 60s, outcomes.take()));
  REQUIRE(run_until_kept(world, 1));
  bool done = false;
  world.server->stop(2s, [&] { done = true; });
  world.loop.run_for(2s - 1ms);
  EXPECT(!done);
  world.loop.run_for(1ms);
  EXPECT(done);
  world.loop.run_for(1s);
  EXPECT(outcomes.all == Words{"CONNECTION_LOST"});
}

TEST_CASE("a server without connections is stopped at once, though not inside the call") {
  World world;
  world.serve();
  bool done = false;
  world.server->stop(5s, [&] { done = true; });
  EXPECT(!done);
  world.loop.run_for(1ms);
  EXPECT(done);
}

TEST_CASE("a server may be destroyed in any of its callbacks") {
  World world;
  world.serve();
  HandClient client(world);
  client.say_hello();
  auto destroy = [&] { world.server.reset(); };
  SUBCASE("in a request") {
    world.handler.when_request = destroy;
    for (uint64_t i = 0; i < 3; ++i) client.ask(i);
  }
  SUBCASE("in a message") {
    world.handler.when_message = destroy;
    for (uint64_t i = 0; i < 3; ++i) client.say(wire::FrameType::kMessage, 0, word("m"));
  }
  SUBCASE("in on_gone") {
    world.handler.when_gone = destroy;
    world.loop.run_for(100ms);
    client.recorder.connection.reset();
  }
  SUBCASE("when it has stopped") {
    world.loop.run_for(100ms);
    world.server->stop(5s, destroy);
  }
  world.loop.run_for(10s);
  EXPECT(!world.server.has_value());
  EXPECT(world.handler.kept.size() <= 1);
  EXPECT(world.handler.messages.size() <= 1);
  world.handler.kept.clear();
}

TEST_CASE("an address that is taken is refused") {
  World world;
  world.serve();
  EXPECT(world.server->listen(world.address).error().code == ErrorCode::ADDRESS_UNUSABLE);
  auto other = world.server->listen({"server", 0});
  REQUIRE(other.has_value());
  EXPECT(other->port != 0);
}

TEST_CASE("every reason to close has a name of its own") {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < kCloseReasons; ++i) names.push_back(name(static_cast<CloseReason>(i)));
  EXPECT(names.front() == "peer_left");
  EXPECT(names.back() == "stopped");
  std::sort(names.begin(), names.end());
  EXPECT(std::unique(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace usher::net

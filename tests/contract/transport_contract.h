// What every Transport must do. A fixture is made with TransportOptions and has server(), client(),
// free_address() for the server to listen on, and run_until() and settle() as the scheduler's has.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/random.h"
#include "proto/net/transport.h"

#include "tests/contract/connected_pair.h"
#include "tests/contract/transport_contract_ending.h"

namespace usher::net {

template <class Fixture>
void transport_frames() {
  ConnectedPair<Fixture> pair;

  SUBCASE("frames arrive whole and in order, both ways, at once") {
    pair.connect();
    for (int i = 0; i < 100; ++i) {
      EXPECT(pair.client.connection->send(text_frame("to server " + std::to_string(i))));
      EXPECT(pair.server.connection->send(text_frame("to client " + std::to_string(i))));
    }
    REQUIRE(pair.run_until_frames(pair.server, 100));
    REQUIRE(pair.run_until_frames(pair.client, 100));
    for (size_t i = 0; i < 100; ++i) {
      EXPECT(text_of(pair.server.frames[i]) == "to server " + std::to_string(i));
      EXPECT(text_of(pair.client.frames[i]) == "to client " + std::to_string(i));
    }
  }
  SUBCASE("type, request id, envelope and payload are what was sent, gathered from its pieces") {
    pair.connect();
    wire::Frame frame = text_frame("envelope", 77);
    frame.type = wire::FrameType::kRequest;
    for (std::string_view piece : {"one ", "", "two ", "three"})
      frame.payload.push_back(Buffer::copy_of(as_bytes(piece)));
    REQUIRE(pair.client.connection->send(std::move(frame)));
    REQUIRE(pair.run_until_frames(pair.server, 1));
    const wire::Frame& arrived = pair.server.frames.front();
    EXPECT(arrived.type == wire::FrameType::kRequest);
    EXPECT(arrived.request == RequestId(77));
    EXPECT(text_of(arrived) == "envelope");
    EXPECT(as_text(payload_of(arrived)) == "one two three");
    EXPECT(arrived.payload.size() == 1);
  }
  SUBCASE("a frame of nothing arrives, and so does the largest there is") {
    pair.connect();
    REQUIRE(pair.client.connection->send(text_frame("")));
    wire::Frame largest = big_frame(limits::kPayloadBytes);
    largest.envelope = Buffer::copy_of(as_bytes(std::string(limits::kEnvelopeBytes, 'e')));
    Buffer payload = largest.payload.front();
    REQUIRE(pair.client.connection->send(std::move(largest)));
    REQUIRE(pair.client.connection->send(text_frame("behind")));
    REQUIRE(pair.run_until_frames(pair.server, 3));
    EXPECT(text_of(pair.server.frames[0]).empty());
    EXPECT(pair.server.frames[0].payload.empty());
    EXPECT(pair.server.frames[1].envelope.size() == limits::kEnvelopeBytes);
    EXPECT(equal(payload_of(pair.server.frames[1]), payload));
    EXPECT(text_of(pair.server.frames[2]) == "behind");
  }
  SUBCASE("frames of all sizes mixed arrive unchanged") {
    pair.connect();
    Random random(5);
    std::vector<Buffer> sent;
    for (uint64_t i = 0; i < 200; ++i) {
      wire::Frame frame = big_frame(random.below(1 << random.below(19)), i);
      sent.push_back(frame.payload.front());
      REQUIRE(pair.client.connection->send(std::move(frame)));
    }
    REQUIRE(pair.run_until_frames(pair.server, 200));
    for (size_t i = 0; i < sent.size(); ++i) {
      EXPECT(pair.server.frames[i].request == RequestId(i));
      EXPECT(equal(payload_of(pair.server.frames[i]), sent[i]));
    }
  }
  SUBCASE("an envelope stands where words may stand") {
    pair.connect();
    for (std::string_view text : {"a", "bb", "ccc"})
      REQUIRE(pair.client.connection->send(text_frame(text)));
    REQUIRE(pair.run_until_frames(pair.server, 3));
    for (const wire::Frame& frame : pair.server.frames)
      EXPECT(reinterpret_cast<uintptr_t>(frame.envelope.data()) % 8 == 0);
  }
  SUBCASE("a frame over the limit is refused and left as it was, and the connection goes on") {
    pair.connect();
    wire::Frame frame = text_frame("large");
    frame.payload.assign(2, big_frame(limits::kPayloadBytes).payload.front());
    auto sent = pair.client.connection->send(std::move(frame));
    REQUIRE(!sent.has_value());
    EXPECT(sent.error().code == ErrorCode::TOO_LARGE);
    EXPECT(frame.payload.size() == 2);
    frame.payload.clear();
    REQUIRE(pair.client.connection->send(std::move(frame)));
    REQUIRE(pair.run_until_frames(pair.server, 1));
  }
}

template <class Fixture>
void transport_opening() {
  ConnectedPair<Fixture> pair;
  Fixture& fixture = pair.fixture;

  SUBCASE("both sides hear on_open once, before any frame, and never inside a call") {
    pair.client.when_frame = [&] { EXPECT(pair.client.opens == 1); };
    pair.server.when_frame = [&] { EXPECT(pair.server.opens == 1); };
    pair.client.own(fixture.client().connect(pair.listener->local()));
    EXPECT(pair.client.heard_nothing());
    REQUIRE(pair.client.connection->send(text_frame("early")));
    EXPECT(pair.client.heard_nothing());
    REQUIRE(pair.run_until_frames(pair.server, 1));
    REQUIRE(pair.server.connection->send(text_frame("back")));
    EXPECT(pair.client.frames.empty());
    REQUIRE(pair.run_until_frames(pair.client, 1));
    EXPECT(pair.client.opens == 1);
    EXPECT(pair.server.opens == 1);
  }
  SUBCASE("frames sent before it stands, and before start, arrive in order") {
    auto connection = fixture.client().connect(pair.listener->local());
    REQUIRE(connection->send(text_frame("1")));
    pair.client.own(std::move(connection));
    REQUIRE(pair.client.connection->send(text_frame("2")));
    pair.client.when_open = [&] { EXPECT(pair.client.connection->send(text_frame("3"))); };
    REQUIRE(pair.run_until_frames(pair.server, 3));
    EXPECT(text_of(pair.server.frames[0]) == "1");
    EXPECT(text_of(pair.server.frames[1]) == "2");
    EXPECT(text_of(pair.server.frames[2]) == "3");
  }
  SUBCASE("each side knows the other's address") {
    pair.connect();
    EXPECT(pair.client.connection->peer() == pair.listener->local());
    EXPECT(pair.server.connection->peer().port != 0);
    EXPECT(!pair.server.connection->peer().host.empty());
  }
  SUBCASE("where nobody listens it is UNREACHABLE, named, and never opens") {
    Endpoint nobody = pair.listener->local();
    pair.listener.reset();
    pair.client.own(fixture.client().connect(nobody));
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::UNREACHABLE);
    EXPECT(pair.client.closed->detail.find(nobody.text()) != std::string::npos);
    EXPECT(pair.client.opens == 0);
    EXPECT(pair.client.connection->send(text_frame("late")).error().code == ErrorCode::CLOSED);
  }
  SUBCASE("a failure that came before start is told after it") {
    Endpoint nobody = pair.listener->local();
    pair.listener.reset();
    auto connection = fixture.client().connect(nobody);
    fixture.settle();
    pair.client.own(std::move(connection));
    EXPECT(!pair.client.closed);
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::UNREACHABLE);
  }
  SUBCASE("closed before it stands it ends as CLOSED and sends nothing") {
    pair.client.own(fixture.client().connect(pair.listener->local()));
    REQUIRE(pair.client.connection->send(text_frame("never")));
    pair.client.connection->close();
    EXPECT(!pair.client.closed);
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::CLOSED);
    fixture.settle();
    EXPECT(pair.client.opens == 0);
    EXPECT(pair.server.frames.empty());
  }
  SUBCASE("destroyed before it stands nothing is heard") {
    pair.client.own(fixture.client().connect(pair.listener->local()));
    pair.client.connection.reset();
    fixture.settle();
    EXPECT(pair.client.heard_nothing());
  }
}

template <class Fixture>
void transport_back_pressure() {
  constexpr size_t kLimit = 256 * limits::kKiB;
  constexpr size_t kFrame = 60 * limits::kKiB;
  ConnectedPair<Fixture> pair({.send_queue_bytes = kLimit});
  Fixture& fixture = pair.fixture;
  pair.connect();

  SUBCASE(
      "a reader that pauses fills the sender's queue: refused, then room, and nothing is lost") {
    pair.server.connection->pause_reading();
    size_t taken = pair.fill_queue(pair.client, kFrame);
    REQUIRE(taken > 0);
    EXPECT(pair.refusal.code == ErrorCode::QUEUE_FULL);
    EXPECT(pair.client.connection->queued_bytes() <= kLimit);
    EXPECT(pair.client.connection->queued_bytes() + kFrame > kLimit / 2);
    wire::Frame refused = big_frame(kLimit, 1);
    EXPECT(!pair.client.connection->send(std::move(refused)));
    EXPECT(refused.payload.size() == 1);
    fixture.settle();
    EXPECT(pair.client.rooms == 0);
    EXPECT(pair.server.frames.empty());

    size_t queued_at_room = kLimit;
    pair.client.when_room = [&] { queued_at_room = pair.client.connection->queued_bytes(); };
    pair.server.connection->resume_reading();
    EXPECT(pair.server.frames.empty());
    REQUIRE(pair.run_until_frames(pair.server, taken));
    REQUIRE(fixture.run_until([&] { return pair.client.rooms > 0; }));
    fixture.settle();
    EXPECT(pair.client.rooms == 1);
    EXPECT(queued_at_room <= kLimit / 2);
    EXPECT(pair.client.connection->queued_bytes() == 0);
    for (size_t i = 0; i < taken; ++i) REQUIRE(pair.server.frames[i].request == RequestId(i));
    EXPECT(pair.server.frames.size() == taken);
  }
  SUBCASE("an empty queue takes a frame that is larger than its limit") {
    REQUIRE(pair.client.connection->send(big_frame(4 * kLimit)));
    EXPECT(!pair.client.connection->send(big_frame(1)));
    REQUIRE(pair.run_until_frames(pair.server, 1));
    EXPECT(payload_of(pair.server.frames[0]).size() == 4 * kLimit);
  }
  SUBCASE("a reader that pauses in a frame gets the next only after resuming") {
    pair.server.when_frame = [&] { pair.server.connection->pause_reading(); };
    for (uint64_t i = 0; i < 5; ++i) REQUIRE(pair.client.connection->send(text_frame("text", i)));
    for (uint64_t i = 0; i < 5; ++i) {
      REQUIRE(pair.run_until_frames(pair.server, i + 1));
      fixture.settle();
      REQUIRE(pair.server.frames.size() == i + 1);
      EXPECT(pair.server.frames[i].request == RequestId(i));
      pair.server.connection->resume_reading();
      pair.server.connection->pause_reading();
      fixture.settle();
      REQUIRE(pair.server.frames.size() == i + 1);
      pair.server.connection->resume_reading();
      EXPECT(pair.server.frames.size() == i + 1);
    }
  }
  SUBCASE("a paused reader still sends, and its own frames arrive") {
    pair.server.connection->pause_reading();
    REQUIRE(pair.client.connection->send(text_frame("waits")));
    REQUIRE(pair.server.connection->send(text_frame("comes")));
    REQUIRE(pair.run_until_frames(pair.client, 1));
    EXPECT(pair.server.frames.empty());
  }
}

template <class Fixture>
void transport_budget() {
  constexpr size_t kLimit = 256 * limits::kKiB;
  constexpr size_t kFrame = 60 * limits::kKiB;
  ConnectedPair<Fixture> pair({.send_queue_bytes = 4 * kLimit, .send_queues_bytes = kLimit});
  Fixture& fixture = pair.fixture;
  pair.connect();

  SUBCASE("connections share what may be queued: one that is refused hears when another is read") {
    Recorder second;
    second.own(fixture.client().connect(pair.listener->local()));
    REQUIRE(fixture.run_until([&] { return second.opens == 1; }));
    Recorder& first = pair.client;
    pair.server.connection->pause_reading();
    size_t taken = pair.fill_queue(first, kFrame);
    REQUIRE(taken > 0);
    EXPECT(pair.refusal.code == ErrorCode::QUEUE_FULL);
    EXPECT(first.connection->queued_bytes() <= kLimit);
    EXPECT(!second.connection->send(big_frame(kLimit)));
    EXPECT(second.connection->queued_bytes() == 0);
    first.connection.reset();
    REQUIRE(fixture.run_until([&] { return second.rooms == 1; }));
    EXPECT(second.connection->send(big_frame(kLimit)));
  }
}

template <class Fixture>
void transport_listening() {
  ConnectedPair<Fixture> pair({.connections = 2});
  Fixture& fixture = pair.fixture;
  Endpoint address = pair.listener->local();

  SUBCASE("port 0 is a port of its own, and one that is taken is refused by name") {
    EXPECT(address.port != 0);
    EXPECT(address.host == fixture.free_address().host);
    auto again = fixture.server().listen(address, [](std::unique_ptr<Connection>) {});
    REQUIRE(!again.has_value());
    EXPECT(again.error().code == ErrorCode::ADDRESS_UNUSABLE);
    EXPECT(again.error().detail.find(address.text()) != std::string::npos);
  }
  SUBCASE("a port can be listened on again as soon as its listener is gone") {
    pair.connect();
    pair.server.connection->close();
    REQUIRE(pair.run_until_closed(pair.client));
    pair.listener.reset();
    auto again = fixture.server().listen(address, [](std::unique_ptr<Connection>) {});
    EXPECT(again.has_value());
  }
  SUBCASE("what a listener has accepted outlives it; what comes later is refused") {
    pair.connect();
    pair.listener.reset();
    REQUIRE(pair.client.connection->send(text_frame("still here")));
    REQUIRE(pair.run_until_frames(pair.server, 1));
    Recorder late;
    late.own(fixture.client().connect(address));
    REQUIRE(pair.run_until_closed(late));
    EXPECT(late.closed->code == ErrorCode::UNREACHABLE);
  }
  SUBCASE("a listener may be destroyed while it accepts") {
    std::unique_ptr<Connection> accepted;
    std::unique_ptr<Listener> listener;
    auto listening = fixture.server().listen(fixture.free_address(), [&](auto connection) {
      accepted = std::move(connection);
      listener.reset();
    });
    REQUIRE(listening.has_value());
    listener = std::move(*listening);
    pair.client.own(fixture.client().connect(listener->local()));
    REQUIRE(fixture.run_until([&] { return accepted != nullptr; }));
    fixture.settle();
    EXPECT(pair.client.opens == 1);
    EXPECT(!pair.client.closed);
  }
  SUBCASE("a connection that is not wanted is dropped, and the client told") {
    auto listening = fixture.server().listen(fixture.free_address(), [](auto) {});
    REQUIRE(listening.has_value());
    pair.client.own(fixture.client().connect((*listening)->local()));
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::CONNECTION_LOST);
  }
  SUBCASE("one that is accepted, sent to and closed at once tells the client why") {
    Recorder server;
    auto listening = fixture.server().listen(fixture.free_address(), [&](auto connection) {
      server.own(std::move(connection));
      EXPECT(server.connection->send(text_frame("go away")));
      server.connection->close();
    });
    REQUIRE(listening.has_value());
    pair.client.own(fixture.client().connect((*listening)->local()));
    REQUIRE(pair.client.connection->send(text_frame("hello")));
    REQUIRE(pair.run_until_closed(pair.client));
    REQUIRE(pair.client.frames.size() == 1);
    EXPECT(text_of(pair.client.frames[0]) == "go away");
    REQUIRE(pair.run_until_closed(server));
    EXPECT(server.frames.empty());
  }
  SUBCASE("over the limit of connections one is closed and counted, until another leaves") {
    pair.connect();
    Recorder second;
    second.own(fixture.client().connect(address));
    REQUIRE(fixture.run_until([&] { return pair.accepted == 2; }));
    Recorder third;
    third.own(fixture.client().connect(address));
    REQUIRE(pair.run_until_closed(third));
    EXPECT(pair.listener->refused() == 1);
    pair.server.connection.reset();
    Recorder fourth;
    fourth.own(fixture.client().connect(address));
    REQUIRE(fixture.run_until([&] { return pair.accepted == 3; }));
    EXPECT(pair.listener->refused() == 1);
    EXPECT(!second.closed);
  }
}

// All of the contract, inside a TEST_CASE.
template <class Fixture>
void transport_contract() {
  SUBCASE("frames") { transport_frames<Fixture>(); }
  SUBCASE("opening") { transport_opening<Fixture>(); }
  SUBCASE("back-pressure") { transport_back_pressure<Fixture>(); }
  SUBCASE("budget") { transport_budget<Fixture>(); }
  SUBCASE("closing") { transport_closing<Fixture>(); }
  SUBCASE("silence") { transport_silence<Fixture>(); }
  SUBCASE("destruction") { transport_destruction<Fixture>(); }
  SUBCASE("listening") { transport_listening<Fixture>(); }
}

}  // namespace usher::net

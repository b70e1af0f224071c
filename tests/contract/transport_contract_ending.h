// The part of the Transport's contract that is about ends: close, and destruction at any time.
#pragma once

#include <memory>

#include "tests/contract/connected_pair.h"

namespace usher::net {

template <class Fixture>
void transport_closing() {
  ConnectedPair<Fixture> pair({.close_timeout = 200ms});
  Fixture& fixture = pair.fixture;
  pair.connect();

  SUBCASE("close sends what is queued, then ends both sides, each told why") {
    for (uint64_t i = 0; i < 20; ++i) REQUIRE(pair.client.connection->send(big_frame(10'000, i)));
    pair.client.connection->close();
    EXPECT(!pair.client.closed);
    EXPECT(pair.client.connection->send(text_frame("late")).error().code == ErrorCode::CLOSED);
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.server.frames.size() == 20);
    EXPECT(pair.server.closed->code == ErrorCode::CONNECTION_LOST);
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::CLOSED);
    EXPECT(pair.server.connection->send(text_frame("late")).error().code == ErrorCode::CLOSED);
  }
  SUBCASE("after close no frame is heard any more") {
    pair.client.connection->close();
    REQUIRE(pair.server.connection->send(text_frame("unheard")));
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.frames.empty());
  }
  SUBCASE("closed in the middle of frames that have arrived, the rest is not heard") {
    pair.server.when_frame = [&] { pair.server.connection->close(); };
    for (int i = 0; i < 5; ++i) REQUIRE(pair.client.connection->send(text_frame("text")));
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.server.frames.size() == 1);
  }
  SUBCASE("closed and then destroyed, what was queued still arrives") {
    pair.client.connection->pause_reading();
    REQUIRE(pair.server.connection->send(text_frame("not read")));
    fixture.settle();
    // More than the wire holds.
    REQUIRE(pair.client.connection->send(big_frame(12 * limits::kMiB)));
    pair.client.connection->close();
    pair.client.connection.reset();
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.server.frames.size() == 1);
    EXPECT(!pair.client.closed);
  }
  SUBCASE("a peer that does not read cannot hold up a close for longer than its time") {
    pair.server.connection->pause_reading();
    for (uint64_t i = 0; i < 4; ++i)
      REQUIRE(pair.client.connection->send(big_frame(7 * limits::kMiB, i)));
    MonotonicTime start = fixture.scheduler().clock().monotonic();
    pair.client.connection->close();
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::CLOSED);
    EXPECT(pair.client.connection->queued_bytes() == 0);
    EXPECT(fixture.scheduler().clock().monotonic() - start < 5s);
  }
  SUBCASE("closed twice is closed once") {
    pair.client.connection->close();
    pair.client.connection->close();
    REQUIRE(pair.run_until_closed(pair.client));
    pair.client.connection->close();
    fixture.settle();
  }
  SUBCASE("destroyed, it hears nothing more and the peer learns of it") {
    REQUIRE(pair.server.connection->send(text_frame("unheard")));
    pair.client.connection.reset();
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.server.closed->code == ErrorCode::CONNECTION_LOST);
    EXPECT(pair.client.frames.empty());
    EXPECT(!pair.client.closed);
  }
}

template <class Fixture>
void transport_silence() {
  ConnectedPair<Fixture> pair({.peer_silent = 400ms});
  pair.connect();

  SUBCASE("a peer that takes nothing for too long is given up, and its queue with it") {
    pair.server.connection->pause_reading();
    pair.fill_queue(pair.client, 7 * limits::kMiB);
    REQUIRE(pair.run_until_closed(pair.client));
    EXPECT(pair.client.closed->code == ErrorCode::CONNECTION_LOST);
    EXPECT(pair.client.connection->queued_bytes() == 0);
    pair.server.connection->resume_reading();
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.server.closed->code == ErrorCode::CONNECTION_LOST);
  }
}

template <class Fixture>
void transport_destruction() {
  ConnectedPair<Fixture> pair({.send_queue_bytes = 100'000});
  Fixture& fixture = pair.fixture;
  auto destroy_client = [&] { pair.client.connection.reset(); };

  SUBCASE("a connection may be destroyed in on_open") {
    pair.client.when_open = destroy_client;
    pair.connect();
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(!pair.client.closed);
  }
  SUBCASE("a connection may be destroyed in on_frame, and hears no further one") {
    pair.client.when_frame = destroy_client;
    pair.connect();
    for (int i = 0; i < 5; ++i) REQUIRE(pair.server.connection->send(text_frame("text")));
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.client.frames.size() == 1);
    EXPECT(!pair.client.closed);
  }
  SUBCASE("a connection may be destroyed in on_room") {
    pair.client.when_room = destroy_client;
    pair.connect();
    REQUIRE(pair.client.connection->send(big_frame(200'000)));
    REQUIRE(!pair.client.connection->send(big_frame(200'000)));
    REQUIRE(pair.run_until_closed(pair.server));
    EXPECT(pair.client.rooms == 1);
  }
  SUBCASE("a connection may be destroyed in on_closed") {
    pair.client.when_closed = destroy_client;
    pair.connect();
    pair.server.connection.reset();
    REQUIRE(pair.run_until_closed(pair.client));
    fixture.settle();
    EXPECT(!pair.client.connection);
  }
  SUBCASE("both ends may be destroyed at once, with frames on the way") {
    pair.connect();
    REQUIRE(pair.server.connection->send(big_frame(50'000)));
    REQUIRE(pair.client.connection->send(big_frame(50'000)));
    pair.server.connection.reset();
    pair.client.connection.reset();
    fixture.settle();
    EXPECT(!pair.server.closed);
    EXPECT(!pair.client.closed);
  }
}

}  // namespace usher::net

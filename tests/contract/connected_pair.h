// Two ends of a connection over any Transport, both recorded; and how to fill its queue.
#pragma once

#include <deque>
#include <memory>

#include "proto/net/transport.h"

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"

namespace usher::net {

// A listener, a client and the connection that it accepted, both recorded.
template <class Fixture>
struct ConnectedPair {
  explicit ConnectedPair(TransportOptions options = {}) : fixture(options) {
    auto accept = [this](std::unique_ptr<Connection> connection) {
      bool first = accepted++ == 0;
      (first ? server : later.emplace_back()).own(std::move(connection));
    };
    auto listening = fixture.server().listen(fixture.free_address(), accept);
    REQUIRE(listening.has_value());
    listener = std::move(*listening);
  }
  void connect() {
    client.own(fixture.client().connect(listener->local()));
    REQUIRE(fixture.run_until([&] { return client.opens == 1 && server.opens == 1; }));
  }
  bool run_until_frames(const Recorder& at, size_t count) {
    return fixture.run_until([&] { return at.frames.size() >= count; });
  }
  bool run_until_closed(const Recorder& at) {
    return fixture.run_until([&] { return at.closed.has_value(); });
  }
  // Sends frames of `bytes` until the kernel, or the wire, takes no more and then the queue
  // neither. How many were taken.
  size_t fill_queue(Recorder& at, size_t bytes) {
    size_t taken = 0;
    for (int refused = 0; refused < 2; ++refused) {
      while (at.connection->send(big_frame(bytes, taken))) ++taken, refused = 0;
      fixture.settle();
    }
    refusal = at.connection->send(big_frame(bytes, taken)).error();
    at.rooms = 0;
    return taken;
  }

  Fixture fixture;
  std::unique_ptr<Listener> listener;
  size_t accepted = 0;
  Recorder server;
  // The server's ends of connections after the first.
  std::deque<Recorder> later;
  Recorder client;
  Error refusal;
};

}  // namespace usher::net

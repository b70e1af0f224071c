// The seam to the network: connections that carry whole frames, in order, until they end.
// Production is Asio over TCP (asio_transport.h); the simulator's twin delays, cuts and reorders
// connections. tests/contract/transport_contract.h says what every implementation must do.
//
// Everything happens on one Scheduler's thread, which outlives all of it. Callbacks never run
// inside a call into the transport. Inside a callback anything may be destroyed.
//
//     connect / accept ─→ Connection ── start(handler) ─→ on_open, on_frame …, on_closed (once,
//     last)
//                                    ── send(frame) ───→ queued (bounded) ─→ the wire
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/limits.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/wire/frame.h"

namespace usher::net {

// "host:port". A host is a name or an address; an IPv6 address stands in brackets.
struct Endpoint {
  std::string host;
  uint16_t port = 0;

  static Result<Endpoint> parse(std::string_view text);
  std::string text() const;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// What a connection tells its user. The handler outlives the Connection.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  // The connection stands: frames queued so far leave now. Not called where it never stood.
  virtual void on_open() {}
  virtual void on_frame(wire::Frame frame) = 0;
  // After a send was refused with QUEUE_FULL: there is room again.
  virtual void on_room() {}
  // The end, for whatever reason; nothing is called after it. Frames sent before may or may not
  // have arrived. CLOSED after close(); UNREACHABLE where it never stood; else CONNECTION_LOST, or
  // what was wrong with the bytes that came.
  virtual void on_closed(const Error& why) = 0;
};

class Connection {
 public:
  // Ends at once and drops what is queued, unless close() was called: that goes on by itself. The
  // handler is not called during or after it.
  virtual ~Connection() = default;

  // Once, before anything arrives is looked at.
  virtual void start(ConnectionHandler& handler) = 0;

  // Takes the frame and sends it behind those before it; frames sent in one callback leave
  // together. Refused: TOO_LARGE (the frame), QUEUE_FULL (over the limit; on_room will be called),
  // CLOSED (it has ended or close() was called). A refused frame is left as it was.
  virtual Result<void> send(wire::Frame&& frame) = 0;
  // What the kernel has not taken yet.
  virtual size_t queued_bytes() const = 0;

  // Back-pressure to the peer: no on_frame between pause and resume; what arrives waits, bounded. A
  // peer whose frames are not taken for TransportOptions::peer_silent gives the connection up.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

  // Sends what is queued, within the close timeout, then ends with CLOSED. No on_frame after
  // it. A connection that does not stand yet ends without sending.
  virtual void close() = 0;
  virtual const Endpoint& peer() const = 0;
};

// Listens until it is destroyed; connections it has accepted live on.
class Listener {
 public:
  virtual ~Listener() = default;
  // The port asked for, or the one chosen where 0 was.
  virtual const Endpoint& local() const = 0;
  // How many connections were closed at once because TransportOptions::connections stood already.
  virtual uint64_t refused() const = 0;
};

using Accept = std::move_only_function<void(std::unique_ptr<Connection>)>;

struct TransportOptions {
  // A frame is queued if the queue is empty or it fits; on_room comes at half of it.
  size_t send_queue_bytes = limits::kSendQueueBytes;
  // The same for all connections of the transport together.
  size_t send_queues_bytes = limits::kSendQueuesBytes;
  // Accepted and standing.
  size_t connections = limits::kConnections;
  Duration connect_timeout = limits::kConnectTimeout;
  Duration close_timeout = limits::kCloseTimeout;
  // With something to send that the peer does not take: CONNECTION_LOST.
  Duration peer_silent = limits::kPeerSilent;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // ADDRESS_UNUSABLE names the address. `accept` is called for each connection that arrives.
  virtual Result<std::unique_ptr<Listener>> listen(const Endpoint& at, Accept accept) = 0;
  // Never fails here: what goes wrong comes as on_closed, UNREACHABLE if it never stood.
  virtual std::unique_ptr<Connection> connect(const Endpoint& to) = 0;
};

}  // namespace usher::net

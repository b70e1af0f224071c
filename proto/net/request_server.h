// The server's side of request and reply: accepts, says hello, gives requests to a handler and
// sends the answers, in whatever order they come. Over a limit it stops reading (back-pressure), it
// never grows. What is no request ends its own connection only, and is counted. Lives on one
// Scheduler.
//
//     Listener ─→ ServedPeer (one a connection) ─→ RequestHandler ─→ Responder ─→ ServedPeer
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "proto/base/scheduler.h"
#include "proto/net/message.h"
#include "proto/net/transport.h"

namespace usher::net {

class ServedPeer;
struct ServerState;

// Who asks: one connection. The number is never used again by this server.
struct Peer {
  uint64_t number = 0;
  Endpoint endpoint;
  uint64_t features = 0;
};

// The duty to answer one request. Answer once; destroyed without, it answers INTERNAL. Where the
// connection or the server is gone, answering does nothing.
class Responder {
 public:
  Responder(std::weak_ptr<ServedPeer> peer, RequestId request, size_t bytes)
      : peer_(std::move(peer)), request_(request), bytes_(bytes) {}
  Responder(Responder&& other) noexcept;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  void reply(Message message);
  void fail(Error error);

 private:
  std::weak_ptr<ServedPeer> peer_;
  RequestId request_;
  size_t bytes_;
  bool owed_ = true;
};

// Outlives the RequestServer.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  virtual void on_request(const Peer& peer, Message request, Responder responder) = 0;
  virtual void on_message(const Peer& peer, Message message) = 0;
  // The connection ended: what waits for it may be forgotten.
  virtual void on_gone(const Peer& peer) { static_cast<void>(peer); }
};

// Why connections end. kPeerLeft is how they should.
enum class CloseReason : uint8_t {
  kPeerLeft,         // ended or lost by the other side
  kTooMany,          // over RequestServerOptions::connections
  kNoHello,          // none within the time
  kBadHello,         // something else, or a version or feature that does not fit
  kGarbage,          // bytes that are no frame
  kUnexpectedFrame,  // a frame that no client sends
  kReaderTooSlow,    // too many answers waited for it
  kStopped,          // this side stopped
};
constexpr size_t kCloseReasons = 8;
// "peer_left", …: for metrics and logs.
std::string_view name(CloseReason reason);

struct ServerCounts {
  uint64_t accepted = 0;
  uint64_t requests = 0;
  uint64_t messages = 0;
  // Closed by the transport before they came here: the sockets' own limit.
  uint64_t refused = 0;
  std::array<uint64_t, kCloseReasons> closed{};

  uint64_t closed_for(CloseReason reason) const { return closed[static_cast<size_t>(reason)]; }
};

struct RequestServerOptions {
  wire::Hello hello = {};
  size_t connections = limits::kServedConnections;
  // Taken and not yet answered. What has arrived when a limit is reached is still taken: of each
  // connection one frame more.
  size_t requests_per_connection = limits::kServedRequests;
  size_t request_bytes_per_connection = limits::kServedRequestBytes;
  size_t requests_in_all = limits::kServedRequestsInAll;
  size_t request_bytes_in_all = limits::kServedRequestBytesInAll;
  // Answers beyond the connection's send queue.
  size_t waiting_reply_bytes = limits::kWaitingReplyBytes;
  Duration handshake_timeout = limits::kHandshakeTimeout;
};

class RequestServer {
 public:
  RequestServer(Transport& transport, Scheduler& scheduler, RequestServerOptions options,
                RequestHandler& handler);
  // Ends all connections at once; the handler hears nothing more.
  ~RequestServer();
  RequestServer(const RequestServer&) = delete;
  RequestServer& operator=(const RequestServer&) = delete;

  // ADDRESS_UNUSABLE. May be called for several addresses; returns the one with the port in it.
  Result<Endpoint> listen(const Endpoint& at);

  // Accepts nothing more, answers new requests with CLOSED, ends each connection when its last
  // answer has left, and all of them after `within`. Then calls `done`, never inside this call.
  void stop(Duration within, Callback done);

  size_t connections() const;
  // Taken and not yet answered, over all connections.
  size_t requests_in_flight() const;
  ServerCounts counts() const;

 private:
  Transport& transport_;
  std::shared_ptr<ServerState> state_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace usher::net

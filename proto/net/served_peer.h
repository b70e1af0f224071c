// One connection of a RequestServer: hello, requests in, answers out, and when to stop reading.
// Owned by the ServerState; Responders know it weakly.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "proto/net/request_server.h"

namespace usher::net {

// What the connections of one server share.
struct ServerState {
  ServerState(Scheduler& on, RequestServerOptions with, RequestHandler& gives_to)
      : scheduler(on), options(std::move(with)), handler(&gives_to) {}

  Scheduler& scheduler;
  RequestServerOptions options;
  // Null once the server is gone.
  RequestHandler* handler;
  ServerCounts counts;
  std::unordered_map<uint64_t, std::shared_ptr<ServedPeer>> peers;
  uint64_t next_peer = 1;

  size_t requests = 0;
  size_t request_bytes = 0;
  // Those that stopped reading for the limits in all.
  std::vector<std::weak_ptr<ServedPeer>> waiting_for_all;

  bool stopping = false;
  Callback stopped;
  std::optional<Scheduler::TimerId> stop_timer;

  bool is_full() const {
    return requests >= options.requests_in_all || request_bytes >= options.request_bytes_in_all;
  }
  // Well below the limits: reading may go on without stopping again at once.
  bool has_room() const {
    return requests <= options.requests_in_all / 4 * 3 &&
           request_bytes <= options.request_bytes_in_all / 4 * 3;
  }
  void released(size_t count, size_t bytes);
  // Forgets a connection that has ended.
  void remove(uint64_t peer);
  void finish_stop();
};

class ServedPeer final : public ConnectionHandler, public std::enable_shared_from_this<ServedPeer> {
 public:
  ServedPeer(std::shared_ptr<ServerState> state, std::unique_ptr<Connection> connection,
             uint64_t number);
  ~ServedPeer() override;

  void start();
  void answer(RequestId request, size_t request_bytes, wire::Frame reply);
  // Reads on, or stops, as the limits say.
  void update_reading();
  // Ends when all is answered.
  void drain();
  // Says why in place of a hello, then ends.
  void refuse(CloseReason reason, const Error& why);

 private:
  void on_open() override;
  void on_frame(wire::Frame frame) override;
  void on_room() override;
  void on_closed(const Error& why) override;

  void take_hello(wire::Frame frame);
  void take_request(wire::Frame frame);
  void take_message(wire::Frame frame);
  void send_reply(wire::Frame reply);
  void close(CloseReason reason);
  bool wants_to_wait();
  bool is_idle() const { return requests_ == 0 && waiting_replies_.empty(); }

  std::shared_ptr<ServerState> state_;
  std::unique_ptr<Connection> connection_;
  Peer peer_;
  bool greeted_ = false;
  // Set when this side has decided to end; the connection may live on for a while to flush.
  bool closing_ = false;
  std::optional<Scheduler::TimerId> hello_timer_;

  size_t requests_ = 0;
  size_t request_bytes_ = 0;
  // Answers that the connection had no room for.
  std::deque<wire::Frame> waiting_replies_;
  size_t waiting_reply_bytes_ = 0;
  bool reading_ = true;
  bool waits_for_all_ = false;
};

}  // namespace usher::net

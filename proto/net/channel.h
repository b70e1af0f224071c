// The client's side of request and reply: keeps one connection to one server, says hello, and
// connects again when it ends. Many requests are in flight; answers come in any order. Lives on one
// Scheduler.
//
//     request ─→ unsent ── up, room ─→ sent ─→ answered
//                  │                     ├─ connection ended ─→ CONNECTION_LOST   (outcome unknown)
//                  │                     └─ deadline ─────────→ TIMED_OUT         (outcome unknown)
//                  └─ deadline ─→ UNREACHABLE or QUEUE_FULL                       (surely not done)
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "proto/base/random.h"
#include "proto/base/scheduler.h"
#include "proto/net/message.h"
#include "proto/net/transport.h"

namespace usher::net {

struct ChannelOptions {
  wire::Hello hello = {};
  // Asked and not yet answered.
  size_t requests_in_flight = limits::kRequestsInFlight;
  size_t request_bytes_in_flight = limits::kRequestBytesInFlight;
  Duration handshake_timeout = limits::kHandshakeTimeout;
};

// What a channel tells besides answers. The handler outlives the Channel.
class ChannelHandler {
 public:
  virtual ~ChannelHandler() = default;
  // The server has said hello; `features` is what both sides can do.
  virtual void on_up(uint64_t features) { static_cast<void>(features); }
  // The connection is gone, or could not be made: a reset server is noticed here at once.
  virtual void on_down(const Error& why) { static_cast<void>(why); }
  virtual void on_message(Message message) { static_cast<void>(message); }
};

struct ChannelCounts {
  uint64_t connects = 0;      // attempts
  uint64_t late_answers = 0;  // came after the deadline; dropped
};

class Channel final : private ConnectionHandler {
 public:
  using Answer = std::move_only_function<void(Result<Message>)>;

  Channel(Transport& transport, Scheduler& scheduler, Random random, Endpoint to,
          ChannelOptions options, ChannelHandler* handler = nullptr);
  // Answers that have not come are not called.
  ~Channel() override;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Asks, in the order of the calls. `answer` is called once, never inside this call, at the latest
  // `within` from now. Refused, and then nothing is called: TOO_LARGE, QUEUE_FULL (more in flight
  // than the options say).
  Result<void> request(Message request, Duration within, Answer answer);
  // One way, without a trace where it gets lost. Refused: TOO_LARGE, QUEUE_FULL, UNREACHABLE (not
  // up now).
  Result<void> send_message(Message message);

  bool is_up() const { return up_; }
  size_t requests_in_flight() const { return waiting_.size(); }
  const ChannelCounts& counts() const { return counts_; }
  const Endpoint& peer() const { return to_; }

 private:
  struct Waiting {
    Answer answer;
    Scheduler::TimerId deadline;
    size_t bytes;
    bool sent;
  };

  void on_open() override;
  void on_frame(wire::Frame frame) override;
  void on_room() override { send_unsent(); }
  void on_closed(const Error& why) override { went_down(why); }

  void connect();
  void take_first(wire::Frame frame);
  void take_reply(wire::Frame frame);
  void drop(Error why);
  void went_down(const Error& why);
  void fail_where(bool sent, const Error& why);
  void send_unsent();
  void pass_deadline(RequestId request);
  Waiting take_out(std::unordered_map<RequestId, Waiting>::iterator waiting);
  void stop_handshake_timer();

  Transport& transport_;
  Scheduler& scheduler_;
  Random random_;
  Endpoint to_;
  ChannelOptions options_;
  ChannelHandler* handler_;
  ChannelCounts counts_;

  std::unique_ptr<Connection> connection_;
  bool up_ = false;
  uint32_t failed_attempts_ = 0;
  Error last_failure_{ErrorCode::UNREACHABLE, "not connected yet"};
  std::optional<Scheduler::TimerId> handshake_timer_;
  std::optional<Scheduler::TimerId> reconnect_timer_;

  uint64_t next_request_ = 1;
  std::unordered_map<RequestId, Waiting> waiting_;
  // Not given to a connection yet, in the order of the calls.
  std::map<RequestId, wire::Frame> unsent_;
  size_t bytes_in_flight_ = 0;
  // Gone when the channel is: whoever calls the user looks before going on.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::net

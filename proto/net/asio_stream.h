// One TCP connection at work: frames from a queue to the socket and from the socket to the handler.
// Lives as long as its user or an operation of its own needs it; AsioConnection is the user's end.
//
//     connecting ─→ open ─→ closing (close(): flush, end of stream, wait for the peer's) ─→ ended
//
// Reading waits for readiness and then reads into memory shared by all connections, so that an idle
// connection costs no buffer; the rest of a body that has begun is read in place.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>

#include "proto/net/asio_dial.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/frame_reader.h"
#include "proto/net/send_queue.h"
#include "proto/net/transport.h"

namespace usher::net {

// What the connections of one transport have in common.
struct AsioShared {
  AsioShared(AsioScheduler& on, TransportOptions with)
      : scheduler(on),
        options(with),
        budget(std::make_shared<SendBudget>(with.send_queues_bytes)) {}

  AsioScheduler& scheduler;
  TransportOptions options;
  std::shared_ptr<SendBudget> budget;
  OwnedBytes read_space{limits::kReadBytes};
  size_t accepted_standing = 0;
};

class AsioStream : public std::enable_shared_from_this<AsioStream> {
 public:
  static std::shared_ptr<AsioStream> dial(std::shared_ptr<AsioShared> shared, const Endpoint& to);
  static std::shared_ptr<AsioStream> accepted(std::shared_ptr<AsioShared> shared,
                                              boost::asio::ip::tcp::socket socket, Endpoint peer);

  // As Connection has them.
  void start(ConnectionHandler& handler);
  Result<void> send(wire::Frame&& frame);
  size_t queued_bytes() const { return queue_.bytes(); }
  void pause_reading() { paused_ = true; }
  void resume_reading();
  void close();
  const Endpoint& peer() const { return peer_; }
  // The user's end is gone.
  void abandon();

  AsioStream(std::shared_ptr<AsioShared> shared, Endpoint peer, bool accepted);

 private:
  enum class State { kConnecting, kOpen, kClosing, kEnded };

  void opened(boost::asio::ip::tcp::socket socket);
  void begin();
  // Ends and tells the handler: from the loop only, never inside a call of the user.
  void finish(Error why);
  void finish_lost(const boost::system::error_code& error);
  void end();
  void tell_closed_soon();

  void wait_readable();
  void on_readable();
  // Gives the frames in `bytes` to the handler; returns what is left where it paused.
  Bytes deliver(Bytes bytes);
  void deliver_kept();
  void discard();

  void flush_soon();
  void flush();
  void wait_writable();
  void tell_room_soon();

  // Runs a member function in a later turn of the loop, this stream kept alive until then.
  void soon(void (AsioStream::*what)());

  std::shared_ptr<AsioShared> shared_;
  Endpoint peer_;
  bool accepted_;
  State state_ = State::kConnecting;
  ConnectionHandler* handler_ = nullptr;
  // Why it ended, where the handler is still to hear of it.
  std::optional<Error> why_;
  std::shared_ptr<AsioDial> dial_;
  std::optional<boost::asio::ip::tcp::socket> socket_;
  std::optional<Scheduler::TimerId> close_timer_;

  FrameReader reader_;
  // What had been read when the user paused.
  Buffer kept_;
  bool paused_ = false;
  bool read_waits_ = false;
  bool begun_ = false;

  SendQueue queue_;
  // A flush is posted, or waits for the socket to take more.
  bool flush_waits_ = false;
};

}  // namespace usher::net

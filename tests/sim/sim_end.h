// One end of a simulated connection: a real send queue on the way out, a real frame reader on the
// way in. What concerns the user happens on the host's scheduler, what concerns the wire on the
// network's.
//
//     connecting ─→ open ─→ closing (flush, end of stream, wait for the peer's) ─→ ended
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "proto/net/frame_reader.h"
#include "proto/net/send_queue.h"
#include "proto/net/transport.h"

#include "tests/sim/sim_network.h"

namespace usher::sim {

// What the connections of one transport have in common.
struct SimHost {
  std::string name;
  Scheduler& scheduler;
  net::TransportOptions options;
  std::shared_ptr<net::SendBudget> budget;
  size_t accepted_standing = 0;
};

// What the wire carries, in order.
struct SimItem {
  enum class Kind { kBytes, kEnd, kReset };
  Kind kind = Kind::kBytes;
  Buffer bytes;
};

class SimEnd : public std::enable_shared_from_this<SimEnd> {
 public:
  SimEnd(SimNetwork& network, std::shared_ptr<SimHost> host, net::Endpoint peer, bool accepted);

  // As Connection has them.
  void start(net::ConnectionHandler& handler);
  Result<void> send(wire::Frame&& frame);
  size_t queued_bytes() const { return queue_.bytes(); }
  void pause_reading() { paused_ = true; }
  void resume_reading();
  void close();
  const net::Endpoint& peer() const { return peer_; }
  void abandon();

 private:
  friend class SimNetwork;
  enum class State { kConnecting, kOpen, kClosing, kEnded };

  // From the network.
  void open(std::shared_ptr<SimEnd> other);
  void arrived(SimItem item);
  void consumed(size_t bytes);
  void lose(Error why);

  void pump_soon();
  void pump();
  void give_up_later();
  void work_soon();
  void work();
  void take_arrived();
  bool take_bytes(const Buffer& bytes);
  void end();

  SimNetwork& network_;
  std::shared_ptr<SimHost> host_;
  net::Endpoint peer_;
  bool accepted_;
  State state_ = State::kConnecting;
  net::ConnectionHandler* handler_ = nullptr;
  std::optional<Error> why_;
  std::weak_ptr<SimEnd> other_;

  // Outwards.
  net::SendQueue queue_;
  size_t unconsumed_ = 0;
  uint64_t consumed_ = 0;
  bool give_up_waits_ = false;
  bool pump_waits_ = false;
  bool end_sent_ = false;
  bool room_ = false;
  MonotonicTime last_arrival_;
  std::deque<SimItem> held_;
  uint64_t holds_ = 0;

  // Inwards.
  net::FrameReader reader_;
  std::deque<SimItem> arrived_;
  bool paused_ = false;
  bool begun_ = false;
  bool work_waits_ = false;
};

}  // namespace usher::sim

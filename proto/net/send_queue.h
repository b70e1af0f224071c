// What waits to be sent on one connection: frames in order, bounded, given out as pieces to gather
// a write from. Payloads are never copied. Sees no socket. A SendBudget bounds all queues of a
// transport together.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/frame.h"

namespace usher::net {

class SendBudget;

class SendQueue {
 public:
  // on_room: once after QUEUE_FULL, when queue or budget, whichever was full, is down to half.
  // Called while frames leave this queue or another of the budget: it may post, not call in here.
  SendQueue(size_t limit, std::shared_ptr<SendBudget> budget, std::function<void()> on_room);
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;
  ~SendQueue() { clear(); }

  // TOO_LARGE, QUEUE_FULL: the frame is left as it was. An empty queue takes any frame.
  Result<void> push(wire::Frame&& frame);
  bool empty() const { return entries_.empty(); }
  size_t bytes() const { return bytes_; }

  // Fills `pieces` with what comes next, as many as there are; returns how many. They stay valid
  // until sent() or clear().
  size_t gather(std::span<Bytes> pieces) const;
  // The first `bytes` of what gather() gave have left.
  void sent(size_t bytes);
  void clear();

 private:
  friend class SendBudget;
  struct Entry {
    std::array<std::byte, wire::kFrameHeaderBytes> header;
    wire::Frame frame;
    size_t size;
  };
  struct Waiter {
    std::function<void()> on_room;
    bool for_budget = false;
  };
  void freed(size_t bytes);

  size_t limit_;
  std::shared_ptr<SendBudget> budget_;
  std::shared_ptr<Waiter> waiter_;
  std::deque<Entry> entries_;
  size_t front_sent_ = 0;
  size_t bytes_ = 0;
  bool refused_ = false;
};

class SendBudget {
 public:
  explicit SendBudget(size_t limit) : limit_(limit) {}
  size_t used() const { return used_; }

 private:
  friend class SendQueue;
  bool has_room(size_t bytes) const { return used_ == 0 || used_ + bytes <= limit_; }
  void freed(size_t bytes);

  size_t limit_;
  size_t used_ = 0;
  std::vector<std::weak_ptr<SendQueue::Waiter>> refused_;
};

}  // namespace usher::net

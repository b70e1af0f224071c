// One io_uring of our own: operations in, what the kernel said to them out. It bounds what the
// kernel works on and queues the rest. Its completions make a descriptor readable, which whoever
// runs the reactor watches. Belongs to one thread.
//
//     submit ─→ waiting ─→ submission ring ─→ kernel ─→ completion ring ─→ eventfd readable
//                  ↑                                                            │
//                  └── not all of it yet ── RingOperation::completed ←── on_readable()
#pragma once

#include <array>
#include <deque>
#include <memory>

#include <liburing.h>

#include "proto/base/result.h"

namespace usher::io {

// One entry of the ring, or two of which the second runs when the first has done all it was asked.
class RingOperation {
 public:
  explicit RingOperation(unsigned entries) : entries_(entries) {}
  virtual ~RingOperation() = default;
  RingOperation(const RingOperation&) = delete;
  RingOperation& operator=(const RingOperation&) = delete;

 protected:
  // Says what to do; `second` is there if it has two entries.
  virtual void prepare(io_uring_sqe& first, io_uring_sqe* second) = 0;
  // What the kernel said: a result, or an errno below 0. True: it is over, and whoever waited was
  // told, who may have destroyed anything. False: it wants to be prepared once more.
  virtual bool completed(int first, int second) = 0;

 private:
  friend class UringRing;
  unsigned entries_;
  unsigned unanswered_ = 0;
  std::array<int, 2> results_{};
};

class UringRing {
 public:
  // IO_FAILED says why there is none: a kernel without it, or a system that forbids it.
  static Result<std::unique_ptr<UringRing>> create();
  // Waits until all that was submitted is over.
  ~UringRing();
  UringRing(const UringRing&) = delete;
  UringRing& operator=(const UringRing&) = delete;

  // False, and nothing is done, where limits::kDiskQueue of them wait already.
  bool submit(std::unique_ptr<RingOperation> operation);

  // When it is readable, on_readable() has something to do.
  int event_fd() const { return event_fd_; }
  void on_readable();

 private:
  explicit UringRing(int event_fd) : event_fd_(event_fd) {}
  void fill();
  void enter(std::unique_ptr<RingOperation> operation);
  void collect();
  bool finish_one();

  int event_fd_;
  io_uring ring_{};
  bool is_set_up_ = false;
  // Entries that the kernel has, or will at the next submission.
  unsigned entered_ = 0;
  std::deque<std::unique_ptr<RingOperation>> waiting_;
  std::deque<std::unique_ptr<RingOperation>> ended_;
  // Set by the destructor for the on_readable() it was called from.
  bool* gone_ = nullptr;
};

}  // namespace usher::io

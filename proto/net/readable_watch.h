// Watches a file descriptor for a scheduler: a callback whenever it is readable. For what the
// operating system tells through descriptors and is no socket, as an io_uring's eventfd.
#pragma once

#include <functional>
#include <memory>

#include "proto/net/asio_scheduler.h"

namespace usher::net {

class ReadableWatch {
 public:
  // `on_readable` runs on the scheduler's thread and reads what is there. The descriptor stays its
  // owner's and outlives the watch.
  ReadableWatch(AsioScheduler& scheduler, int descriptor, std::function<void()> on_readable);
  // The callback runs no more.
  ~ReadableWatch();
  ReadableWatch(const ReadableWatch&) = delete;
  ReadableWatch& operator=(const ReadableWatch&) = delete;

 private:
  struct Watched;
  std::shared_ptr<Watched> watched_;
};

}  // namespace usher::net

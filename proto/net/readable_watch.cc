#include "proto/net/readable_watch.h"

#include <boost/asio/posix/stream_descriptor.hpp>

namespace usher::net {

// What is under way keeps it alive.
struct ReadableWatch::Watched : std::enable_shared_from_this<Watched> {
  Watched(AsioScheduler& scheduler, int number, std::function<void()> call)
      : descriptor(scheduler.io_context(), number), on_readable(std::move(call)) {}

  void wait() {
    descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (error || self->ended) return;
                            self->on_readable();
                            if (!self->ended) self->wait();
                          });
  }

  boost::asio::posix::stream_descriptor descriptor;
  std::function<void()> on_readable;
  bool ended = false;
};

ReadableWatch::ReadableWatch(AsioScheduler& scheduler, int descriptor,
                             std::function<void()> on_readable)
    : watched_(std::make_shared<Watched>(scheduler, descriptor, std::move(on_readable))) {
  watched_->wait();
}

ReadableWatch::~ReadableWatch() {
  watched_->ended = true;
  watched_->descriptor.release();
}

}  // namespace usher::net

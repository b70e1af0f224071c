// The user's end of an AsioStream: when it goes, the stream is told and ends, or finishes closing.
#pragma once

#include "proto/net/asio_stream.h"

namespace usher::net {

class AsioConnection final : public Connection {
 public:
  explicit AsioConnection(std::shared_ptr<AsioStream> stream) : stream_(std::move(stream)) {}
  ~AsioConnection() override { stream_->abandon(); }

  void start(ConnectionHandler& handler) override { stream_->start(handler); }
  Result<void> send(wire::Frame&& frame) override { return stream_->send(std::move(frame)); }
  size_t queued_bytes() const override { return stream_->queued_bytes(); }
  void pause_reading() override { stream_->pause_reading(); }
  void resume_reading() override { stream_->resume_reading(); }
  void close() override { stream_->close(); }
  const Endpoint& peer() const override { return stream_->peer(); }

 private:
  std::shared_ptr<AsioStream> stream_;
};

}  // namespace usher::net

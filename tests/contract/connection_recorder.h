// A ConnectionHandler that writes down what it hears, and does what a test tells it to.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/net/transport.h"

namespace usher::net {

class Recorder final : public ConnectionHandler {
 public:
  int opens = 0;
  int rooms = 0;
  std::vector<wire::Frame> frames;
  std::optional<Error> closed;
  std::function<void()> when_open, when_frame, when_room, when_closed;

  // The connection under test, so that a handler can destroy it.
  std::unique_ptr<Connection> connection;

  void own(std::unique_ptr<Connection> owned) {
    connection = std::move(owned);
    connection->start(*this);
  }
  bool heard_nothing() const { return opens == 0 && rooms == 0 && frames.empty() && !closed; }

  void on_open() override {
    ++opens;
    if (when_open) when_open();
  }
  void on_frame(wire::Frame frame) override {
    frames.push_back(std::move(frame));
    if (when_frame) when_frame();
  }
  void on_room() override {
    ++rooms;
    if (when_room) when_room();
  }
  void on_closed(const Error& why) override {
    closed = why;
    if (when_closed) when_closed();
  }
};

inline wire::Frame text_frame(std::string_view envelope, uint64_t request = 0) {
  return {.type = wire::FrameType::kMessage,
          .request = RequestId(request),
          .envelope = Buffer::copy_of(as_bytes(envelope)),
          .payload = {}};
}

inline wire::Frame big_frame(size_t payload_bytes, uint64_t request = 0) {
  OwnedBytes payload(payload_bytes);
  for (size_t i = 0; i < payload_bytes; ++i)
    payload.data()[i] = std::byte((i * 7 + i / 251 + request) % 256);
  wire::Frame frame = text_frame("big", request);
  frame.payload.push_back(Buffer(std::move(payload)));
  return frame;
}

inline std::string text_of(const wire::Frame& frame) {
  return std::string(as_text(frame.envelope));
}

inline Buffer payload_of(const wire::Frame& frame) {
  return frame.payload.empty() ? Buffer() : frame.payload.front();
}

}  // namespace usher::net

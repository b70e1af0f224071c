#include "proto/net/served_peer.h"

#include <utility>

#include <fmt/format.h>

namespace usher::net {
namespace {

size_t size_of(const wire::Frame& frame) { return frame.envelope.size() + frame.payload_bytes(); }

wire::Frame failure_frame(RequestId request, Error error) {
  return frame_of(wire::FrameType::kReply, request, {wire::Failure{std::move(error)}, {}});
}

}  // namespace

ServedPeer::ServedPeer(std::shared_ptr<ServerState> state, std::unique_ptr<Connection> connection,
                       uint64_t number)
    : state_(std::move(state)), connection_(std::move(connection)) {
  peer_.number = number;
  peer_.endpoint = connection_->peer();
}

ServedPeer::~ServedPeer() {
  if (hello_timer_) state_->scheduler.cancel(*hello_timer_);
}

void ServedPeer::start() {
  hello_timer_ = state_->scheduler.after(state_->options.handshake_timeout, [this] {
    hello_timer_.reset();
    close(CloseReason::kNoHello);
  });
  connection_->start(*this);
}

// --- the connection ---

void ServedPeer::on_open() {
  if (!closing_) static_cast<void>(connection_->send(hello_frame(state_->options.hello)));
}

void ServedPeer::on_frame(wire::Frame frame) {
  auto self = shared_from_this();
  if (!greeted_) return take_hello(std::move(frame));
  switch (frame.type) {
    case wire::FrameType::kRequest:
      return take_request(std::move(frame));
    case wire::FrameType::kMessage:
      return take_message(std::move(frame));
    case wire::FrameType::kHello:
    case wire::FrameType::kReply:
      close(CloseReason::kUnexpectedFrame);
  }
}

void ServedPeer::on_closed(const Error& why) {
  auto self = shared_from_this();
  if (!closing_) {
    bool lost = why.code == ErrorCode::CONNECTION_LOST;
    CloseReason reason = lost ? CloseReason::kPeerLeft : CloseReason::kGarbage;
    ++state_->counts.closed[static_cast<size_t>(reason)];
  }
  closing_ = true;
  // What is not answered yet does not count any more.
  state_->released(std::exchange(requests_, 0), std::exchange(request_bytes_, 0));
  if (greeted_ && state_->handler) state_->handler->on_gone(peer_);
  state_->remove(peer_.number);
}

void ServedPeer::close(CloseReason reason) {
  if (std::exchange(closing_, true)) return;
  ++state_->counts.closed[static_cast<size_t>(reason)];
  if (hello_timer_) state_->scheduler.cancel(*std::exchange(hello_timer_, std::nullopt));
  waiting_replies_.clear();
  connection_->close();
}

void ServedPeer::refuse(CloseReason reason, const Error& why) {
  static_cast<void>(connection_->send(failed_hello_frame(why)));
  close(reason);
}

void ServedPeer::drain() {
  if (is_idle()) close(CloseReason::kStopped);
}

// --- requests and answers ---

void ServedPeer::take_hello(wire::Frame frame) {
  auto features = net::take_hello(state_->options.hello, std::move(frame));
  if (!features) return refuse(CloseReason::kBadHello, features.error());
  state_->scheduler.cancel(*std::exchange(hello_timer_, std::nullopt));
  greeted_ = true;
  peer_.features = *features;
}

void ServedPeer::take_request(wire::Frame frame) {
  RequestId id = frame.request;
  size_t bytes = size_of(frame);
  ++state_->counts.requests;
  ++requests_;
  request_bytes_ += bytes;
  ++state_->requests;
  state_->request_bytes += bytes;

  Responder responder(weak_from_this(), id, bytes);
  auto request = message_of(std::move(frame));
  if (state_->stopping) {
    responder.fail({ErrorCode::CLOSED, "this server is stopping"});
  } else if (!request) {
    responder.fail(std::move(request).error());
  } else {
    state_->handler->on_request(peer_, std::move(*request), std::move(responder));
  }
  update_reading();
}

void ServedPeer::take_message(wire::Frame frame) {
  ++state_->counts.messages;
  auto message = message_of(std::move(frame));
  if (!message) return close(CloseReason::kGarbage);
  state_->handler->on_message(peer_, std::move(*message));
}

void ServedPeer::answer(RequestId request, size_t request_bytes, wire::Frame reply) {
  // Nobody hears it any more; on_closed takes it out of the counts.
  if (closing_) return;
  --requests_;
  request_bytes_ -= request_bytes;
  state_->released(1, request_bytes);
  if (auto fits = wire::encode_frame_header(reply); !fits)
    reply = failure_frame(request, std::move(fits).error());
  send_reply(std::move(reply));
  if (!closing_) update_reading();
  if (state_->stopping) drain();
}

void ServedPeer::send_reply(wire::Frame reply) {
  if (waiting_replies_.empty() && connection_->send(std::move(reply))) return;
  waiting_reply_bytes_ += size_of(reply);
  waiting_replies_.push_back(std::move(reply));
  if (waiting_reply_bytes_ > state_->options.waiting_reply_bytes)
    close(CloseReason::kReaderTooSlow);
}

void ServedPeer::on_room() {
  while (!waiting_replies_.empty()) {
    size_t bytes = size_of(waiting_replies_.front());
    if (!connection_->send(std::move(waiting_replies_.front()))) return;
    waiting_reply_bytes_ -= bytes;
    waiting_replies_.pop_front();
  }
  update_reading();
  if (state_->stopping) drain();
}

// --- back-pressure ---

bool ServedPeer::wants_to_wait() {
  const RequestServerOptions& options = state_->options;
  if (requests_ >= options.requests_per_connection) return true;
  if (request_bytes_ >= options.request_bytes_per_connection) return true;
  if (!waiting_replies_.empty()) return true;
  if (waits_for_all_ ? state_->has_room() : !state_->is_full()) {
    waits_for_all_ = false;
    return false;
  }
  if (!std::exchange(waits_for_all_, true)) state_->waiting_for_all.push_back(weak_from_this());
  return true;
}

void ServedPeer::update_reading() {
  if (closing_ || reading_ != wants_to_wait()) return;
  reading_ = !reading_;
  reading_ ? connection_->resume_reading() : connection_->pause_reading();
}

}  // namespace usher::net

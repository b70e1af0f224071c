#include "proto/net/channel.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "proto/net/reconnect_delay.h"

namespace usher::net {
namespace {

size_t size_of(const wire::Frame& frame) { return frame.envelope.size() + frame.payload_bytes(); }

// The two sides will not agree however often they meet.
bool is_lasting(const Error& why) {
  return why.code == ErrorCode::VERSION_UNSUPPORTED || why.code == ErrorCode::FEATURE_UNKNOWN;
}

}  // namespace

Channel::Channel(Transport& transport, Scheduler& scheduler, Random random, Endpoint to,
                 ChannelOptions options, ChannelHandler* handler)
    : transport_(transport),
      scheduler_(scheduler),
      random_(random),
      to_(std::move(to)),
      options_(std::move(options)),
      handler_(handler) {
  connect();
}

Channel::~Channel() {
  stop_handshake_timer();
  if (reconnect_timer_) scheduler_.cancel(*reconnect_timer_);
  for (auto& [request, waiting] : waiting_) scheduler_.cancel(waiting.deadline);
  // What was sent one way still leaves.
  if (connection_) connection_->close();
}

// --- asking ---

Result<void> Channel::request(Message request, Duration within, Answer answer) {
  if (waiting_.size() >= options_.requests_in_flight)
    return fail(ErrorCode::QUEUE_FULL,
                fmt::format("{} requests to {} are in flight", waiting_.size(), to_.text()));
  RequestId id(next_request_);
  wire::Frame frame = frame_of(wire::FrameType::kRequest, id, std::move(request));
  size_t bytes = size_of(frame);
  if (bytes_in_flight_ > 0 && bytes_in_flight_ + bytes > options_.request_bytes_in_flight)
    return fail(ErrorCode::QUEUE_FULL,
                fmt::format("{} bytes to {} are in flight", bytes_in_flight_, to_.text()));

  bool sent = false;
  if (up_ && unsent_.empty()) {
    auto taken = connection_->send(std::move(frame));
    if (!taken && taken.error().code == ErrorCode::TOO_LARGE) return fail(std::move(taken).error());
    sent = taken.has_value();
  } else {
    TRY(wire::encode_frame_header(frame));
  }
  if (!sent) unsent_.emplace(id, std::move(frame));
  auto deadline = scheduler_.after(within, [this, id] { pass_deadline(id); });
  waiting_.emplace(id, Waiting{std::move(answer), deadline, bytes, sent});
  bytes_in_flight_ += bytes;
  ++next_request_;
  return {};
}

Result<void> Channel::send_message(Message message) {
  if (!up_) return fail(ErrorCode::UNREACHABLE, last_failure_.detail);
  return connection_->send(frame_of(wire::FrameType::kMessage, RequestId(0), std::move(message)));
}

void Channel::send_unsent() {
  while (up_ && !unsent_.empty()) {
    auto first = unsent_.begin();
    if (!connection_->send(std::move(first->second))) return;
    waiting_.at(first->first).sent = true;
    unsent_.erase(first);
  }
}

void Channel::pass_deadline(RequestId request) {
  Waiting waiting = take_out(waiting_.find(request));
  if (waiting.sent)
    return waiting.answer(fail(ErrorCode::TIMED_OUT, fmt::format("no answer from {}", to_.text())));
  if (up_)
    return waiting.answer(
        fail(ErrorCode::QUEUE_FULL, fmt::format("{} takes no more in", to_.text())));
  waiting.answer(fail(ErrorCode::UNREACHABLE, last_failure_.detail));
}

Channel::Waiting Channel::take_out(std::unordered_map<RequestId, Waiting>::iterator waiting) {
  Waiting taken = std::move(waiting->second);
  scheduler_.cancel(taken.deadline);
  bytes_in_flight_ -= taken.bytes;
  unsent_.erase(waiting->first);
  waiting_.erase(waiting);
  return taken;
}

// --- the connection ---

void Channel::connect() {
  ++counts_.connects;
  connection_ = transport_.connect(to_);
  connection_->start(*this);
}

void Channel::on_open() {
  handshake_timer_ = scheduler_.after(options_.handshake_timeout, [this] {
    handshake_timer_.reset();
    drop({ErrorCode::UNREACHABLE, fmt::format("{}: no hello came", to_.text())});
  });
  // The queue is empty: a hello fits.
  static_cast<void>(connection_->send(hello_frame(options_.hello)));
}

void Channel::on_frame(wire::Frame frame) {
  if (!up_) return take_first(std::move(frame));
  switch (frame.type) {
    case wire::FrameType::kReply:
      return take_reply(std::move(frame));
    case wire::FrameType::kMessage: {
      auto message = message_of(std::move(frame));
      if (!message) return drop(std::move(message).error());
      if (handler_) handler_->on_message(std::move(*message));
      return;
    }
    case wire::FrameType::kHello:
    case wire::FrameType::kRequest:
      drop({ErrorCode::FRAME_MALFORMED, "a server sends replies and messages only"});
  }
}

void Channel::take_first(wire::Frame frame) {
  auto features = take_hello(options_.hello, std::move(frame));
  if (!features) return drop(std::move(features).error());
  stop_handshake_timer();
  up_ = true;
  failed_attempts_ = 0;
  send_unsent();
  if (handler_) handler_->on_up(*features);
}

void Channel::take_reply(wire::Frame frame) {
  if (frame.request.value() >= next_request_)
    return drop({ErrorCode::FRAME_MALFORMED, "an answer to what was not asked"});
  auto waiting = waiting_.find(frame.request);
  if (waiting == waiting_.end() || !waiting->second.sent) {
    ++counts_.late_answers;
    return;
  }
  take_out(waiting).answer(message_of(std::move(frame)));
}

// This side ends it.
void Channel::drop(Error why) {
  connection_.reset();
  why.detail = fmt::format("{}: {}", to_.text(), why.detail);
  went_down(why);
}

void Channel::went_down(const Error& reason) {
  // The reason may belong to the connection.
  Error why = reason;
  connection_.reset();
  stop_handshake_timer();
  up_ = false;
  last_failure_ = why;
  reconnect_timer_ = scheduler_.after(reconnect_delay(failed_attempts_++, random_), [this] {
    reconnect_timer_.reset();
    connect();
  });

  std::weak_ptr<bool> alive = alive_;
  if (handler_) handler_->on_down(why);
  if (alive.expired()) return;
  fail_where(true, {ErrorCode::CONNECTION_LOST, why.detail});
  if (alive.expired()) return;
  if (is_lasting(why)) fail_where(false, why);
}

// In the order of the requests, as they are now: an answer may ask again.
void Channel::fail_where(bool sent, const Error& why) {
  std::map<RequestId, Waiting> failed;
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    auto waiting = next++;
    RequestId request = waiting->first;
    if (waiting->second.sent == sent) failed.emplace(request, take_out(waiting));
  }
  std::weak_ptr<bool> alive = alive_;
  for (auto& [request, waiting] : failed) {
    if (alive.expired()) return;
    waiting.answer(fail(why));
  }
}

void Channel::stop_handshake_timer() {
  if (handshake_timer_) scheduler_.cancel(*std::exchange(handshake_timer_, std::nullopt));
}

}  // namespace usher::net

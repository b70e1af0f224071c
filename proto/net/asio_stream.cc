#include "proto/net/asio_stream.h"

#include <array>
#include <span>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "proto/base/check.h"

namespace usher::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

// Pieces in one write: what Asio hands to the kernel at once.
constexpr size_t kPiecesAtOnce = 64;
// Written in one turn of the loop before others get theirs.
constexpr size_t kBytesInATurn = 1 * limits::kMiB;

bool must_wait(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

AsioStream::AsioStream(std::shared_ptr<AsioShared> shared, Endpoint peer, bool accepted)
    : shared_(std::move(shared)),
      peer_(std::move(peer)),
      accepted_(accepted),
      queue_(shared_->options.send_queue_bytes, shared_->budget, [this] { tell_room_soon(); }) {}

std::shared_ptr<AsioStream> AsioStream::dial(std::shared_ptr<AsioShared> shared,
                                             const Endpoint& to) {
  auto stream = std::make_shared<AsioStream>(shared, to, false);
  stream->dial_ = AsioDial::start(shared->scheduler, to, shared->options,
                                  [weak = std::weak_ptr(stream)](Result<tcp::socket> socket) {
                                    auto self = weak.lock();
                                    if (!self) return;
                                    if (!socket) return self->finish(std::move(socket).error());
                                    self->opened(std::move(*socket));
                                  });
  return stream;
}

std::shared_ptr<AsioStream> AsioStream::accepted(std::shared_ptr<AsioShared> shared,
                                                 tcp::socket socket, Endpoint peer) {
  auto stream = std::make_shared<AsioStream>(std::move(shared), std::move(peer), true);
  ++stream->shared_->accepted_standing;
  set_up(socket, stream->shared_->options.peer_silent);
  stream->opened(std::move(socket));
  return stream;
}

void AsioStream::soon(void (AsioStream::*what)()) {
  asio::post(shared_->scheduler.io_context(),
             [self = shared_from_this(), what] { (*self.*what)(); });
}

void AsioStream::start(ConnectionHandler& handler) {
  CHECK(!handler_, "a connection is started once");
  handler_ = &handler;
  if (state_ == State::kEnded) return tell_closed_soon();
  if (state_ == State::kOpen) soon(&AsioStream::begin);
}

void AsioStream::opened(tcp::socket socket) {
  dial_ = nullptr;
  state_ = State::kOpen;
  socket_.emplace(std::move(socket));
  if (handler_) begin();
}

void AsioStream::begin() {
  if (state_ != State::kOpen || !handler_) return;
  begun_ = true;
  handler_->on_open();
  if (state_ != State::kOpen) return;
  wait_readable();
  if (!queue_.empty()) flush_soon();
}

Result<void> AsioStream::send(wire::Frame&& frame) {
  if (state_ == State::kClosing || state_ == State::kEnded)
    return fail(ErrorCode::CLOSED, fmt::format("the connection to {} has ended", peer_.text()));
  TRY(queue_.push(std::move(frame)));
  if (begun_) flush_soon();
  return {};
}

void AsioStream::close() {
  if (state_ == State::kConnecting) {
    end();
    why_ = Error{ErrorCode::CLOSED, "closed by this side"};
    return tell_closed_soon();
  }
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  kept_ = {};
  // The wait for the peer's end keeps the stream alive, this timer bounds it.
  close_timer_ =
      shared_->scheduler.after(shared_->options.close_timeout, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->finish({});
      });
  wait_readable();
  flush_soon();
}

void AsioStream::abandon() {
  handler_ = nullptr;
  if (state_ != State::kClosing) end();
}

void AsioStream::finish(Error why) {
  if (state_ == State::kEnded) return;
  bool closed = state_ == State::kClosing;
  end();
  why_ = closed ? Error{ErrorCode::CLOSED, "closed by this side"} : std::move(why);
  if (handler_) std::exchange(handler_, nullptr)->on_closed(*why_);
}

void AsioStream::finish_lost(const error_code& error) {
  std::string why = error == asio::error::eof ? "closed by the other side" : error.message();
  finish({ErrorCode::CONNECTION_LOST, fmt::format("{}: {}", peer_.text(), why)});
}

void AsioStream::end() {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  if (accepted_) --shared_->accepted_standing;
  if (dial_) std::exchange(dial_, nullptr)->cancel();
  if (close_timer_) shared_->scheduler.cancel(*close_timer_);
  error_code ignored;
  if (socket_) socket_->close(ignored);
  queue_.clear();
  kept_ = {};
}

void AsioStream::tell_closed_soon() {
  asio::post(shared_->scheduler.io_context(), [self = shared_from_this()] {
    if (self->handler_ && self->why_)
      std::exchange(self->handler_, nullptr)->on_closed(*self->why_);
  });
}

// --- reading ---

void AsioStream::resume_reading() {
  if (std::exchange(paused_, false)) soon(&AsioStream::deliver_kept);
}

void AsioStream::wait_readable() {
  bool wanted = state_ == State::kClosing || (state_ == State::kOpen && !paused_);
  if (!wanted || read_waits_) return;
  read_waits_ = true;
  socket_->async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code) {
    self->read_waits_ = false;
    self->on_readable();
  });
}

void AsioStream::on_readable() {
  if (state_ == State::kClosing) return discard();
  if (state_ != State::kOpen || paused_) return;
  MutableBytes body = reader_.body_space();
  MutableBytes space = shared_->read_space.bytes();
  std::array<asio::mutable_buffer, 2> into = {asio::buffer(body.data(), body.size()),
                                              asio::buffer(space.data(), space.size())};
  error_code error;
  size_t bytes = socket_->read_some(into, error);
  if (error && !must_wait(error)) return finish_lost(error);
  size_t in_place = std::min(bytes, body.size());
  reader_.body_filled(in_place);
  Bytes left = deliver(space.first(bytes - in_place));
  if (!left.empty()) kept_ = Buffer::copy_of(left);
  wait_readable();
}

Bytes AsioStream::deliver(Bytes bytes) {
  while (state_ == State::kOpen && !paused_) {
    auto frame = reader_.next(bytes);
    if (!frame) {
      finish(std::move(frame).error());
      return {};
    }
    if (!*frame) return {};
    handler_->on_frame(std::move(**frame));
  }
  return state_ == State::kOpen ? bytes : Bytes{};
}

void AsioStream::deliver_kept() {
  if (state_ != State::kOpen || paused_ || !begun_) return;
  Buffer kept = std::exchange(kept_, {});
  Bytes left = deliver(kept);
  if (!left.empty()) kept_ = kept.slice(kept.size() - left.size(), left.size());
  wait_readable();
}

// Closing a socket with unread bytes resets it, and the peer would lose what we sent last.
void AsioStream::discard() {
  MutableBytes space = shared_->read_space.bytes();
  error_code error;
  socket_->read_some(asio::buffer(space.data(), space.size()), error);
  if (error && !must_wait(error)) return finish_lost(error);
  wait_readable();
}

// --- writing ---

void AsioStream::flush_soon() {
  if (std::exchange(flush_waits_, true)) return;
  asio::post(shared_->scheduler.io_context(), [self = shared_from_this()] {
    self->flush_waits_ = false;
    self->flush();
  });
}

void AsioStream::flush() {
  if (state_ == State::kEnded) return;
  std::array<Bytes, kPiecesAtOnce> pieces;
  std::array<asio::const_buffer, kPiecesAtOnce> buffers;
  for (size_t written = 0; !queue_.empty();) {
    if (written > kBytesInATurn) return flush_soon();
    size_t count = queue_.gather(pieces);
    for (size_t i = 0; i < count; ++i)
      buffers[i] = asio::buffer(pieces[i].data(), pieces[i].size());
    error_code error;
    size_t bytes = socket_->write_some(std::span(buffers).first(count), error);
    if (must_wait(error)) return wait_writable();
    if (error) return finish_lost(error);
    queue_.sent(bytes);
    written += bytes;
  }
  error_code ignored;
  if (state_ == State::kClosing) socket_->shutdown(tcp::socket::shutdown_send, ignored);
}

void AsioStream::wait_writable() {
  flush_waits_ = true;
  socket_->async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code) {
    self->flush_waits_ = false;
    self->flush();
  });
}

// Called while frames leave, perhaps those of another stream.
void AsioStream::tell_room_soon() {
  asio::post(shared_->scheduler.io_context(), [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self && self->state_ == State::kOpen && self->handler_) self->handler_->on_room();
  });
}

}  // namespace usher::net

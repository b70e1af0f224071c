#include "tests/sim/sim_end.h"

#include <array>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "proto/base/check.h"

namespace usher::sim {
namespace {

// Pieces gathered into one item.
constexpr size_t kPiecesAtOnce = 64;

Buffer joined(std::span<const Bytes> pieces, size_t limit) {
  size_t size = 0;
  for (Bytes piece : pieces) size += piece.size();
  OwnedBytes joined(std::min(size, limit));
  size_t filled = 0;
  for (Bytes piece : pieces) {
    size_t part = std::min(piece.size(), joined.size() - filled);
    std::memcpy(joined.data() + filled, piece.data(), part);
    filled += part;
  }
  return Buffer(std::move(joined));
}

}  // namespace

SimEnd::SimEnd(SimNetwork& network, std::shared_ptr<SimHost> host, net::Endpoint peer,
               bool accepted)
    : network_(network),
      host_(std::move(host)),
      peer_(std::move(peer)),
      accepted_(accepted),
      queue_(host_->options.send_queue_bytes, host_->budget, [this] {
        room_ = true;
        work_soon();
      }) {
  if (accepted_) ++host_->accepted_standing;
}

// --- the user's calls ---

void SimEnd::start(net::ConnectionHandler& handler) {
  CHECK(!handler_, "a connection is started once");
  handler_ = &handler;
  work_soon();
}

Result<void> SimEnd::send(wire::Frame&& frame) {
  if (state_ == State::kClosing || state_ == State::kEnded)
    return fail(ErrorCode::CLOSED, fmt::format("the connection to {} has ended", peer_.text()));
  TRY(queue_.push(std::move(frame)));
  pump_soon();
  return {};
}

void SimEnd::resume_reading() {
  paused_ = false;
  work_soon();
}

void SimEnd::close() {
  if (state_ == State::kClosing || state_ == State::kEnded) return;
  bool stood = std::exchange(state_, State::kClosing) == State::kOpen;
  if (!stood) return lose({});
  for (SimItem& item : std::exchange(arrived_, {})) arrived(std::move(item));
  network_.scheduler_.after(host_->options.close_timeout,
                            [self = shared_from_this()] { self->lose({}); });
  pump_soon();
}

void SimEnd::abandon() {
  handler_ = nullptr;
  if (state_ == State::kClosing || state_ == State::kEnded) return;
  bool stood = state_ == State::kOpen;
  end();
  if (stood) network_.carry(shared_from_this(), {SimItem::Kind::kReset, {}});
}

void SimEnd::end() {
  state_ = State::kEnded;
  if (std::exchange(accepted_, false)) --host_->accepted_standing;
  queue_.clear();
  arrived_.clear();
}

void SimEnd::lose(Error why) {
  if (state_ == State::kEnded) return;
  bool closed = state_ == State::kClosing;
  end();
  why_ = closed ? Error{ErrorCode::CLOSED, "closed by this side"} : std::move(why);
  work_soon();
}

// --- outwards ---

void SimEnd::open(std::shared_ptr<SimEnd> other) {
  if (state_ != State::kConnecting) return;
  other_ = other;
  state_ = State::kOpen;
  work_soon();
}

void SimEnd::pump_soon() {
  if (!std::exchange(pump_waits_, true))
    network_.scheduler_.post([self = shared_from_this()] {
      self->pump_waits_ = false;
      self->pump();
    });
}

void SimEnd::pump() {
  bool may_send = (state_ == State::kOpen && begun_) || state_ == State::kClosing;
  if (!may_send) return;
  std::array<Bytes, kPiecesAtOnce> pieces;
  size_t window = network_.options_.window_bytes;
  while (!queue_.empty() && unconsumed_ < window) {
    size_t count = queue_.gather(pieces);
    Buffer bytes = joined(std::span(pieces).first(count), window - unconsumed_);
    queue_.sent(bytes.size());
    unconsumed_ += bytes.size();
    network_.carry(shared_from_this(), {SimItem::Kind::kBytes, bytes});
  }
  if (!queue_.empty()) give_up_later();
  if (state_ == State::kClosing && queue_.empty() && !std::exchange(end_sent_, true))
    network_.carry(shared_from_this(), {SimItem::Kind::kEnd, {}});
}

// The window is full: if nothing at all is taken for too long, that is the end.
void SimEnd::give_up_later() {
  if (std::exchange(give_up_waits_, true)) return;
  network_.scheduler_.after(host_->options.peer_silent,
                            [weak = weak_from_this(), before = consumed_] {
                              auto self = weak.lock();
                              if (!self || self->state_ == State::kEnded) return;
                              self->give_up_waits_ = false;
                              if (self->consumed_ != before) return self->pump();
                              self->lose({ErrorCode::CONNECTION_LOST, "nothing is taken"});
                              self->network_.carry(self, {SimItem::Kind::kReset, {}});
                            });
}

void SimEnd::consumed(size_t bytes) {
  consumed_ += bytes;
  unconsumed_ -= bytes;
  pump_soon();
}

// --- inwards ---

void SimEnd::arrived(SimItem item) {
  if (state_ == State::kEnded) return;
  if (state_ == State::kClosing) {
    if (item.kind != SimItem::Kind::kBytes) return lose({});
    if (auto other = other_.lock()) other->consumed(item.bytes.size());
    return;
  }
  arrived_.push_back(std::move(item));
  work_soon();
}

// The handler is called from here alone, on the host's scheduler.
void SimEnd::work_soon() {
  if (!handler_ || std::exchange(work_waits_, true)) return;
  host_->scheduler.post([weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self) return;
    self->work_waits_ = false;
    self->work();
  });
}

void SimEnd::work() {
  if (handler_ && state_ == State::kOpen && !std::exchange(begun_, true)) {
    handler_->on_open();
    pump_soon();
  }
  take_arrived();
  if (handler_ && state_ == State::kOpen && std::exchange(room_, false)) handler_->on_room();
  if (handler_ && why_) std::exchange(handler_, nullptr)->on_closed(*why_);
}

void SimEnd::take_arrived() {
  while (handler_ && state_ == State::kOpen && !paused_ && !arrived_.empty()) {
    SimItem item = std::move(arrived_.front());
    arrived_.pop_front();
    if (item.kind == SimItem::Kind::kBytes) {
      if (take_bytes(item.bytes)) continue;
    } else {
      bool closed = item.kind == SimItem::Kind::kEnd;
      end();
      if (closed) network_.carry(shared_from_this(), {SimItem::Kind::kEnd, {}});
      why_ = Error{ErrorCode::CONNECTION_LOST, fmt::format("{}: {} by the other side", peer_.text(),
                                                           closed ? "closed" : "reset")};
    }
  }
}

// In two parts, cut anywhere: a reader may not rely on frames arriving whole.
bool SimEnd::take_bytes(const Buffer& bytes) {
  size_t cut = network_.random_.below(bytes.size() + 1);
  size_t taken = 0;
  for (Bytes part : {bytes.bytes().first(cut), bytes.bytes().subspan(cut)}) {
    size_t part_end = taken + part.size();
    while (state_ == State::kOpen && !paused_) {
      auto frame = reader_.next(part);
      taken = part_end - part.size();
      if (!frame) {
        end();
        why_ = std::move(frame).error();
        network_.carry(shared_from_this(), {SimItem::Kind::kReset, {}});
        return false;
      }
      if (!*frame) break;
      handler_->on_frame(std::move(**frame));
    }
  }
  // Where it paused the rest stays; where it ended nobody asks.
  if (state_ == State::kOpen && taken < bytes.size())
    arrived_.push_front({SimItem::Kind::kBytes, bytes.slice(taken, bytes.size() - taken)});
  if (auto other = other_.lock(); other && taken > 0) other->consumed(taken);
  return true;
}

}  // namespace usher::sim

#include "proto/net/send_queue.h"

#include <utility>

#include <fmt/format.h>

#include "proto/base/check.h"

namespace usher::net {

SendQueue::SendQueue(size_t limit, std::shared_ptr<SendBudget> budget,
                     std::function<void()> on_room)
    : limit_(limit),
      budget_(std::move(budget)),
      waiter_(std::make_shared<Waiter>(Waiter{std::move(on_room)})) {}

Result<void> SendQueue::push(wire::Frame&& frame) {
  TRY_ASSIGN(auto header, wire::encode_frame_header(frame));
  size_t size = header.size() + frame.envelope.size() + frame.payload_bytes();
  if (bytes_ > 0 && bytes_ + size > limit_) {
    refused_ = true;
    return fail(ErrorCode::QUEUE_FULL,
                fmt::format("{} of {} bytes are queued on this connection", bytes_, limit_));
  }
  if (!budget_->has_room(size)) {
    if (!std::exchange(waiter_->for_budget, true)) budget_->refused_.push_back(waiter_);
    return fail(ErrorCode::QUEUE_FULL, fmt::format("{} of {} bytes are queued on all connections",
                                                   budget_->used_, budget_->limit_));
  }
  entries_.push_back({header, std::move(frame), size});
  bytes_ += size;
  budget_->used_ += size;
  return {};
}

size_t SendQueue::gather(std::span<Bytes> pieces) const {
  size_t count = 0;
  size_t skip = front_sent_;
  auto add = [&](Bytes piece) {
    size_t skipped = std::min(skip, piece.size());
    skip -= skipped;
    if (piece.size() > skipped) pieces[count++] = piece.subspan(skipped);
    return count < pieces.size();
  };
  for (const Entry& entry : entries_) {
    if (!add(entry.header) || !add(entry.frame.envelope)) return count;
    for (const Buffer& piece : entry.frame.payload)
      if (!add(piece)) return count;
  }
  return count;
}

void SendQueue::sent(size_t bytes) {
  CHECK(bytes <= bytes_);
  front_sent_ += bytes;
  while (!entries_.empty() && front_sent_ >= entries_.front().size) {
    front_sent_ -= entries_.front().size;
    entries_.pop_front();
  }
  freed(bytes);
}

void SendQueue::clear() {
  entries_.clear();
  front_sent_ = 0;
  refused_ = false;
  freed(bytes_);
}

void SendQueue::freed(size_t bytes) {
  bytes_ -= bytes;
  if (refused_ && bytes_ <= limit_ / 2) {
    refused_ = false;
    waiter_->on_room();
  }
  budget_->freed(bytes);
}

void SendBudget::freed(size_t bytes) {
  used_ -= bytes;
  if (refused_.empty() || used_ > limit_ / 2) return;
  for (const auto& refused : std::exchange(refused_, {}))
    if (auto waiter = refused.lock()) {
      waiter->for_budget = false;
      waiter->on_room();
    }
}

}  // namespace usher::net

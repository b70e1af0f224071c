#include "broker/raft/progress.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::raft {

bool Progress::may_order(const Window& window) const {
  if (order_ || stalled_) return false;
  if (state_ == State::kProbe) return in_flight_.empty();
  if (planted(Bug::kNoWindow)) return true;
  return in_flight_.size() < window.messages_max && bytes_in_flight_ < window.bytes_max;
}

uint64_t Progress::room_bytes(const Window& window) const {
  return window.bytes_max - std::min(window.bytes_max, bytes_in_flight_);
}

void Progress::ordered(OrderNumber number) {
  CHECK(!order_);
  order_ = Order{number, next_};
}

void Progress::snapshot_ordered(OrderNumber number) {
  ordered(number);
  state_ = State::kBehind;
  forget_in_flight();
}

bool Progress::take_order(OrderNumber number) {
  if (!order_ || order_->number != number) return false;
  // The follower said something meanwhile that moved the place from which it is to be sent.
  bool stands = order_->from == next_;
  order_.reset();
  return stands;
}

bool Progress::sent(OrderNumber number, Offset end, uint64_t bytes) {
  if (!take_order(number)) return false;
  CHECK(end > next_);
  probed_at_ = next_;
  next_ = end;
  in_flight_.push_back({end, bytes});
  bytes_in_flight_ += bytes;
  return true;
}

bool Progress::snapshot_sent(OrderNumber number, Offset end) {
  if (!order_ || order_->number != number) return false;
  order_.reset();
  state_ = State::kProbe;
  next_ = std::max(match_, end);
  return true;
}

void Progress::not_sent(OrderNumber number) {
  if (!order_ || order_->number != number) return;
  order_.reset();
  stalled_ = true;
  if (state_ == State::kBehind) state_ = State::kProbe;
}

bool Progress::accepted(Offset match) {
  // An old answer says nothing of what is being probed: sending everything for it, and stepping
  // back for the next rejection, would never end where messages overtake each other.
  bool is_old = match < match_ || (match == match_ && !in_flight_.empty());
  if (state_ != State::kBehind && !is_old) state_ = State::kReplicate;
  if (match <= match_) return false;
  match_ = match;
  next_ = std::max(next_, match);
  while (!in_flight_.empty() && in_flight_.front().end <= match) {
    bytes_in_flight_ -= in_flight_.front().bytes;
    in_flight_.pop_front();
  }
  return true;
}

bool Progress::rejected(Offset prev_end, Offset next) {
  bool is_news = state_ == State::kReplicate ? prev_end > match_
                 : state_ == State::kProbe   ? prev_end == probed_at_ || prev_end == next_
                                             : false;
  if (!is_news) return false;
  state_ = State::kProbe;
  next_ = probed_at_ = std::max(next, match_);
  forget_in_flight();
  return true;
}

void Progress::heard(MonotonicTime now) {
  last_heard_ = now;
  stalled_ = false;
}

bool Progress::stands_still(MonotonicTime now, Duration apart) {
  if (looked_at_ && now - *looked_at_ < apart) return false;
  looked_at_ = now;
  bool moved = match_ != seen_match_ || next_ != seen_next_;
  seen_match_ = match_;
  seen_next_ = next_;
  return !moved && match_ < next_;
}

void Progress::forget_in_flight() {
  in_flight_.clear();
  bytes_in_flight_ = 0;
}

}  // namespace usher::raft

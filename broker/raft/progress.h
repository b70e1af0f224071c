// What a leader knows of one follower: how far it has flushed, how far it was sent, and what may be
// sent now. Pure bookkeeping: the node decides, this remembers.
//
//     0 ───── flushed there ───── match ── in flight ── next ── not yet sent ── end
//
//            rejected                      accepted
//     probe ←───────── replicate    probe ─────────→ replicate
//     one message      a window of messages and bytes
//       ↑ snapshot sent, or failed         │ next is below the log's start
//     behind ←─────────────────────────────┘
//     its snapshot is with the driver
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "broker/raft/types.h"
#include "proto/base/time.h"

namespace usher::raft {

class Progress {
 public:
  enum class State : uint8_t { kProbe, kReplicate, kBehind };

  struct Window {
    size_t messages_max;
    uint64_t bytes_max;
  };

  // Nothing is known of the follower but that it may be level with a log that ends at `end`.
  Progress(Offset end, MonotonicTime now) : next_(end), level_at_(end), last_heard_(now) {}

  State state() const { return state_; }
  Offset match() const { return match_; }
  Offset next() const { return next_; }
  size_t messages_in_flight() const { return in_flight_.size(); }
  uint64_t bytes_in_flight() const { return bytes_in_flight_; }
  // Whether it has flushed all that the log held when it arrived (or when this leader did).
  bool is_level() const { return match_ >= level_at_; }

  // At most one order is with the driver; it names the state of `next` from which it was given.
  bool has_order() const { return order_.has_value(); }
  bool may_order(const Window& window) const;
  uint64_t room_bytes(const Window& window) const;
  void ordered(OrderNumber number);
  // A follower below the log's start: the order is for a snapshot.
  bool may_order_snapshot() const { return !order_ && !stalled_; }
  void snapshot_ordered(OrderNumber number);

  // The driver's report on an order. False: the order does not stand any more, nothing may be sent.
  bool sent(OrderNumber number, Offset end, uint64_t bytes);
  bool snapshot_sent(OrderNumber number, Offset end);
  // Nothing more is ordered before the follower is heard again.
  void not_sent(OrderNumber number);

  // The follower's answers. True: it is news.
  bool accepted(Offset match);
  bool rejected(Offset prev_end, Offset next);
  void heard(MonotonicTime now);
  MonotonicTime last_heard() const { return last_heard_; }

  // Whether something is in flight and nothing has moved since it was last looked. Not looked again
  // within `apart`: what comes at once, as from a process that was paused, says one thing.
  bool stands_still(MonotonicTime now, Duration apart);

  void heard_round(ReadNumber round) { round_ = std::max(round_, round); }
  ReadNumber round() const { return round_; }

 private:
  struct Order {
    OrderNumber number;
    Offset from;
  };
  struct InFlight {
    Offset end;
    uint64_t bytes;
  };

  bool take_order(OrderNumber number);
  void forget_in_flight();

  State state_ = State::kProbe;
  Offset match_;
  Offset next_;
  Offset level_at_;
  Offset probed_at_;  // where the one message of a probe was put
  Offset seen_match_;
  Offset seen_next_;
  std::optional<MonotonicTime> looked_at_;
  std::optional<Order> order_;
  std::deque<InFlight> in_flight_;
  uint64_t bytes_in_flight_ = 0;
  bool stalled_ = false;
  MonotonicTime last_heard_;
  ReadNumber round_;
};

}  // namespace usher::raft

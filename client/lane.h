// One partition's way out of a producer: records become batches, batches get sequences, and go in
// order, at most kProducerReceipts of them unanswered. Pure: it says what to send and is told what
// came of it; the Producer has the network and the timers.
//
//     add ─→ open batch ── full, or nothing else on its way ─→ waiting ─→ in the window ─→ settled
//                                                               │  ▲ to be sent ⇄ sent
//                                                               │  └ again: same sequence
//     one of the window failed for good: the window drains (no new ones); those behind it that were
//     surely not taken go again under a new identity, the others say how they ended.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "client/attempts.h"
#include "client/receipt.h"
#include "proto/base/limits.h"
#include "proto/wire/batch_builder.h"
#include "proto/wire/protocol/append.h"

namespace usher::client {

using Delivered = std::move_only_function<void(const Result<Receipt>&)>;

struct LaneOptions {
  size_t batch_bytes = limits::kProducerBatchBytes;
  // How long a record may wait for company. 0: until nothing else is on its way.
  Duration linger = {};
  // From send to receipt, all attempts.
  Duration deadline = limits::kRequestTimeout;
  wire::Compression compression = wire::Compression::kNone;
  bool idempotent = true;
};

// A batch and those who wait for it.
struct Parcel {
  enum class State : uint8_t { kToSend, kSent, kAside, kSettled };
  struct Delivery {
    TopicId topic;
    Delivered delivered;
  };
  uint64_t number;
  wire::Batch batch;
  std::vector<Delivery> deliveries;
  size_t bytes;  // of its records, as the producer counts them
  Attempts attempts;
  std::optional<uint64_t> sequence;
  State state = State::kToSend;
};

// A parcel that is done with, and how it ended.
struct Settled {
  Parcel parcel;
  Result<wire::AppendReply> outcome;
  // Gives every record its receipt or the error.
  void tell(PartitionId partition);
};

class Lane {
 public:
  explicit Lane(LaneOptions options);

  // TOO_LARGE; the record is not taken then.
  Result<void> add(TopicId topic, const wire::Record& record, size_t bytes, Delivered delivered,
                   MonotonicTime now);
  // What is open need not wait any longer.
  void flush() { flushing_ = true; }

  struct Sending {
    uint64_t number;
    wire::Batch batch;  // under its guard
    Duration within;
  };
  // The next batch to be sent now, if there is one. Called until there is none.
  std::optional<Sending> next(MonotonicTime now);
  // True: next() would give more if it had an identity.
  bool wants_identity(MonotonicTime now) const;
  void take_identity(wire::ProducerId id, MonotonicTime now);
  // The identity that may not be given to this lane again.
  const std::optional<wire::ProducerId>& spent() const { return spent_; }

  void answered(uint64_t number, wire::AppendReply reply, MonotonicTime now);
  void failed(uint64_t number, Error why, MonotonicTime now);
  // Gives up what is past its deadline.
  void pass_time(MonotonicTime now);
  // When next() or pass_time() should be called again without anything else happening.
  std::optional<MonotonicTime> wake_at() const;

  std::vector<Settled> take_settled() { return std::exchange(settled_, {}); }
  bool is_idle() const { return parcels_.empty() && builder_.records() == 0; }
  bool has_open() const { return builder_.records() > 0; }
  bool is_full() const { return builder_.bytes() >= options_.batch_bytes; }

 private:
  struct Identity {
    wire::ProducerId id;
    MonotonicTime used_at;
  };
  size_t window() const { return options_.idempotent ? limits::kProducerReceipts : 1; }
  bool open_is_due(MonotonicTime now) const;
  void close_open();
  Sending send(Parcel& parcel, MonotonicTime now);
  Parcel* find(uint64_t number);
  void settle(Parcel& parcel, Result<wire::AppendReply> outcome);
  void tidy_window();

  LaneOptions options_;
  wire::BatchBuilder builder_;
  std::vector<Parcel::Delivery> open_;
  size_t open_bytes_ = 0;
  MonotonicTime open_since_;
  bool flushing_ = false;

  // The window (the first in_window_), then those that wait for a place in it.
  std::deque<Parcel> parcels_;
  size_t in_window_ = 0;
  uint64_t next_number_ = 1;
  bool draining_ = false;
  MonotonicTime not_before_;  // after a failure

  std::optional<Identity> identity_;
  std::optional<wire::ProducerId> spent_;
  uint64_t next_sequence_ = 0;
  std::vector<Settled> settled_;
};

}  // namespace usher::client

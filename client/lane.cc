#include "client/lane.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::client {
namespace {

// The same records under another condition: the body is not touched.
wire::Batch with_guard(const wire::Batch& batch, const wire::Guard& guard) {
  const wire::BatchHeader& header = batch.header();
  auto guarded = wire::BatchHeader::decode(wire::encode_header({.kind = header.kind(),
                                                                .guard = guard,
                                                                .records = header.records(),
                                                                .topics = header.topics()}));
  CHECK(guarded.has_value(), "what was encoded can be decoded");
  return {std::move(*guarded), batch.body()};
}

}  // namespace

void Settled::tell(PartitionId partition) {
  const auto& topics = parcel.batch.header().topics();
  std::vector<uint64_t> told(topics.size());
  uint64_t place = 0;
  for (Parcel::Delivery& delivery : parcel.deliveries) {
    uint64_t offset = place++;
    auto row = std::ranges::find(topics, delivery.topic, &wire::TopicEntry::topic);
    auto index = static_cast<size_t>(row - topics.begin());
    uint64_t number = told[index]++;
    if (!delivery.delivered) continue;
    if (!outcome) {
      delivery.delivered(std::unexpected(outcome.error()));
      continue;
    }
    delivery.delivered(Receipt{.partition = partition,
                               .offset = outcome->base + offset,
                               .seq = outcome->base_seqs.at(index) + number,
                               .term = outcome->term,
                               .time = outcome->time,
                               .chain = outcome->chain,
                               .replicas = outcome->replicas});
  }
}

Lane::Lane(LaneOptions options)
    : options_(options), builder_({.compression = options.compression}) {}

Result<void> Lane::add(TopicId topic, const wire::Record& record, size_t bytes, Delivered delivered,
                       MonotonicTime now) {
  auto added = builder_.add(topic, record);
  if (!added && builder_.records() > 0) {
    // It may be the batch that is too large, not the record.
    close_open();
    added = builder_.add(topic, record);
  }
  if (!added) return added;
  if (open_.empty()) open_since_ = now;
  open_.push_back({topic, std::move(delivered)});
  open_bytes_ += bytes;
  if (is_full()) close_open();
  return {};
}

void Lane::close_open() {
  parcels_.push_back(Parcel{.number = next_number_++,
                            .batch = builder_.finish(wire::NoGuard{}),
                            .deliveries = std::exchange(open_, {}),
                            .bytes = std::exchange(open_bytes_, 0),
                            .attempts = {open_since_ + options_.deadline, options_.idempotent},
                            .sequence = {}});
  flushing_ = false;
}

bool Lane::open_is_due(MonotonicTime now) const {
  if (builder_.records() == 0) return false;
  bool waited = now >= open_since_ + options_.linger;
  return flushing_ || (waited && (options_.linger > Duration::zero() || parcels_.empty()));
}

bool Lane::wants_identity(MonotonicTime now) const {
  if (!options_.idempotent || draining_) return false;
  bool has_work = parcels_.size() > in_window_ || open_is_due(now);
  bool is_old = identity_ && in_window_ == 0 && now - identity_->used_at > limits::kProducerIdAge;
  return has_work && (!identity_ || is_old);
}

void Lane::take_identity(wire::ProducerId id, MonotonicTime now) {
  CHECK(in_window_ == 0, "sequences of one identity are in flight at a time");
  identity_ = {id, now};
  spent_ = id;
  next_sequence_ = 0;
}

std::optional<Lane::Sending> Lane::next(MonotonicTime now) {
  if (now < not_before_) return std::nullopt;
  for (size_t i = 0; i < in_window_; ++i)
    if (parcels_[i].state == Parcel::State::kToSend) return send(parcels_[i], now);
  if (draining_ || in_window_ >= window()) return std::nullopt;
  if (parcels_.size() == in_window_ && open_is_due(now)) close_open();
  if (parcels_.size() == in_window_ || wants_identity(now)) return std::nullopt;
  Parcel& parcel = parcels_[in_window_++];
  if (options_.idempotent) parcel.sequence = next_sequence_++;
  return send(parcel, now);
}

Lane::Sending Lane::send(Parcel& parcel, MonotonicTime now) {
  parcel.state = Parcel::State::kSent;
  wire::Guard guard = wire::NoGuard{};
  if (parcel.sequence) {
    identity_->used_at = now;
    guard = wire::ProducerGuard{identity_->id, *parcel.sequence};
  }
  Duration within = std::min(parcel.attempts.left(now), limits::kAttemptTimeout);
  return {parcel.number, with_guard(parcel.batch, guard), std::max<Duration>(within, 1ms)};
}

Parcel* Lane::find(uint64_t number) {
  auto found = std::ranges::find(parcels_, number, &Parcel::number);
  return found == parcels_.end() ? nullptr : &*found;
}

void Lane::answered(uint64_t number, wire::AppendReply reply, MonotonicTime now) {
  Parcel* parcel = find(number);
  if (!parcel || parcel->state != Parcel::State::kSent) return;
  if (reply.base_seqs.size() != parcel->batch.header().topics().size())
    return failed(number, {ErrorCode::INTERNAL, "a receipt for other topics"}, now);
  not_before_ = now;
  settle(*parcel, std::move(reply));
  tidy_window();
}

void Lane::failed(uint64_t number, Error why, MonotonicTime now) {
  Parcel* parcel = find(number);
  if (!parcel || parcel->state != Parcel::State::kSent) return;
  bool too_early = why.code == ErrorCode::SEQUENCE_TOO_EARLY;
  RetryPlan plan = parcel->attempts.failed(std::move(why), now);
  if (draining_ && too_early) {
    // What it waits for will not come under this identity.
    if (parcel->attempts.maybe_done())
      settle(*parcel, std::unexpected(parcel->attempts.verdict()));
    else
      parcel->state = Parcel::State::kAside;
  } else if (plan.again) {
    parcel->state = Parcel::State::kToSend;
    if (parcel->sequence && planted(Bug::kNewSequence)) parcel->sequence = next_sequence_++;
    not_before_ = std::max(not_before_, now + plan.after);
  } else {
    draining_ = options_.idempotent;
    settle(*parcel, std::unexpected(parcel->attempts.verdict()));
  }
  tidy_window();
}

void Lane::pass_time(MonotonicTime now) {
  for (size_t i = 0; i < parcels_.size(); ++i) {
    Parcel& parcel = parcels_[i];
    bool waits = parcel.state == Parcel::State::kToSend || parcel.state == Parcel::State::kAside;
    bool is_over = parcel.attempts.left(now) == Duration::zero();
    // Behind the window deadlines rise.
    if (i >= in_window_ && !is_over) break;
    if (!waits || !is_over) continue;
    if (i < in_window_) draining_ = options_.idempotent;
    settle(parcel, std::unexpected(parcel.attempts.verdict()));
  }
  tidy_window();
}

void Lane::settle(Parcel& parcel, Result<wire::AppendReply> outcome) {
  settled_.push_back({std::move(parcel), std::move(outcome)});
  parcel.state = Parcel::State::kSettled;
}

void Lane::tidy_window() {
  using State = Parcel::State;
  auto is_settled = [](const Parcel& parcel) { return parcel.state == State::kSettled; };
  auto window_end = parcels_.begin() + static_cast<ptrdiff_t>(in_window_);
  bool is_drained = draining_ && std::all_of(parcels_.begin(), window_end, [](const Parcel& p) {
                      return p.state == State::kSettled || p.state == State::kAside;
                    });
  if (is_drained) {
    for (size_t i = 0; i < in_window_; ++i) {
      if (parcels_[i].state == State::kAside) parcels_[i].state = State::kToSend;
      parcels_[i].sequence.reset();
    }
    in_window_ = 0;
    draining_ = false;
    identity_.reset();
  }
  // From the front only: the window is as wide as what the partition remembers.
  while (in_window_ > 0 && is_settled(parcels_.front())) {
    parcels_.pop_front();
    --in_window_;
  }
  auto waiting = parcels_.begin() + static_cast<ptrdiff_t>(in_window_);
  parcels_.erase(std::remove_if(waiting, parcels_.end(), is_settled), parcels_.end());
}

std::optional<MonotonicTime> Lane::wake_at() const {
  std::optional<MonotonicTime> first;
  auto consider = [&](MonotonicTime at) { first = first ? std::min(*first, at) : at; };
  size_t looked_at = std::min(parcels_.size(), in_window_ + 1);
  for (size_t i = 0; i < looked_at; ++i) {
    const Parcel& parcel = parcels_[i];
    if (parcel.state == Parcel::State::kSent || parcel.state == Parcel::State::kSettled) continue;
    consider(parcel.attempts.deadline());
    if (parcel.state == Parcel::State::kToSend && parcel.sequence) consider(not_before_);
  }
  bool may_go = in_window_ < window() && !draining_;
  if (parcels_.size() > in_window_ && may_go) consider(not_before_);
  if (builder_.records() > 0 && options_.linger > Duration::zero())
    consider(open_since_ + options_.linger);
  if (builder_.records() > 0) consider(open_since_ + options_.deadline);
  return first;
}

}  // namespace usher::client

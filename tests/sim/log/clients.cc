#include "tests/sim/log/clients.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/partition/reserved_topics.h"
#include "proto/base/check.h"

namespace usher::sim {
namespace {

constexpr uint64_t kStepsInFlight = 4;
constexpr uint64_t kFetchBytes = 64 * limits::kKiB;

// Where to ask: mostly the leader, as a client with good metadata would.
size_t ask_where(Cluster& cluster, Random& random) {
  Replica* leader = cluster.leader();
  if (leader && random.chance(9, 10)) return leader->id().value() - 1;
  return random.below(cluster.size());
}

wire::Batch batch_of(const wire::Guard& guard,
                     const std::vector<std::pair<TopicId, std::string>>& records) {
  wire::BatchBuilder builder;
  for (const auto& [topic, value] : records)
    CHECK(builder.add(topic, {.key = {}, .value = as_bytes(value), .headers = {}}).has_value());
  return builder.finish(guard);
}

// An answer that says that the batch is not in the log and never will be.
bool is_sure(const Error& error) {
  return error.code == ErrorCode::CUT_OFF || error.code == ErrorCode::NOT_LEADER ||
         error.code == ErrorCode::QUEUE_FULL || error.code == ErrorCode::LEADER_MOVING;
}

}  // namespace

Producer::Producer(Cluster& cluster, History& history, std::string name, bool idempotent,
                   Random random)
    : cluster_(cluster),
      history_(history),
      name_(std::move(name)),
      idempotent_(idempotent),
      random_(random) {
  id_ = {.made_at = cluster.world().clock().wall(), .random = random_.next()};
}

void Producer::next() {
  if (stopped_ || waiting_) return;
  ++history_.operations;
  value_ = fmt::format("{}-{}", name_, sent_++);
  wire::Guard guard = wire::NoGuard{};
  if (idempotent_) {
    guard = wire::ProducerGuard{.producer = id_, .sequence = sequence_};
    history_.by_producer[name_].push_back(value_);
  }
  batch_ = batch_of(guard, {{kInputs, value_}});
  waiting_ = true;
  send();
}

void Producer::send() {
  uint64_t attempt = ++attempt_;
  cluster_.append(
      ask_where(cluster_, random_), *batch_,
      [this, attempt](Result<partition::Receipt> result) { answered(attempt, std::move(result)); });
  cluster_.world().after(kAnswerWithin,
                         [this, attempt] { answered(attempt, fail(ErrorCode::TIMED_OUT, "")); });
}

void Producer::answered(uint64_t attempt, Result<partition::Receipt> result) {
  if (attempt != attempt_) {
    // A late answer is true all the same.
    return;
  }
  ++attempt_;
  if (result) {
    history_.acknowledged.emplace_back(value_, *result);
    cluster_.trace(fmt::format("{} at {}", value_, result->base.value()));
    ++sequence_;
  } else if (idempotent_) {
    cluster_.world().after(random_.between(1ms, 50ms), [this] { send(); });
    return;
  } else if (is_sure(result.error())) {
    history_.failed.insert(value_);
  }
  waiting_ = false;
  cluster_.world().after(random_.between(1ms, 100ms), [this] { next(); });
}

Owner::Owner(Cluster& cluster, History& history, MemberId member, uint64_t& epochs, Random random)
    : cluster_(cluster), history_(history), member_(member), epochs_(epochs), random_(random) {}

void Owner::later(Duration delay, void (Owner::*act)()) {
  cluster_.world().after(delay, [this, life = life_, act] {
    if (!is_over(life)) (this->*act)();
  });
}

size_t Owner::somewhere() { return ask_where(cluster_, random_); }

void Owner::claim() {
  ++life_;
  owns_ = false;
  epoch_ = Epoch(++epochs_);
  send_claim();
}

void Owner::send_claim() {
  ++history_.operations;
  wire::ClaimGuard guard{.app = kApp,
                         .app_version = 1,
                         .epoch = epoch_,
                         .member = member_,
                         .reset_to = {},
                         .settings = {}};
  uint64_t life = ++life_;
  cluster_.append(somewhere(), batch_of(guard, {{partition::kClaimsTopic, "claim"}}),
                  [this, life](Result<partition::Receipt> result) {
                    if (is_over(life)) return;
                    if (!result && result.error().code == ErrorCode::FENCED) {
                      ++life_;
                    } else if (!result) {
                      ++life_;
                      later(random_.between(5ms, 50ms), &Owner::send_claim);
                    } else {
                      owns_ = true;
                      ++life_;
                      restore(result->end);
                    }
                  });
  later(kAnswerWithin, &Owner::send_claim);
}

void Owner::restore(Offset until) {
  uint64_t life = life_;
  cluster_.fetch(
      somewhere(),
      {.from = committed_.scanned, .continues = {}, .topics = {}, .bytes_max = kFetchBytes},
      [this, life, until](Result<partition::FetchAnswer> answer) {
        if (is_over(life) || !answer) return;
        take_committed(*answer);
        if (committed_.scanned < std::max(until, answer->commit)) {
          cluster_.world().after(1ms, [this, life, until] {
            if (!is_over(life)) restore(until);
          });
          return;
        }
        ++life_;
        scanned_ = committed_.position;
        scanned_term_.reset();
        position_ = committed_.position;
        next_ = committed_.next;
        in_flight_ = 0;
        read();
      });
  cluster_.world().after(kAnswerWithin, [this, life, until] {
    if (is_over(life)) return;
    ++life_;
    restore(until);
  });
}

void Owner::take_committed(const partition::FetchAnswer& answer) {
  // Two answers may be under way: what was folded is not folded again.
  for (const wire::Batch& batch : answer.batches) {
    if (batch.header().place().base_offset != committed_.scanned) continue;
    committed_.scanned = batch.header().end_offset();
    if (const auto* step = std::get_if<wire::StepGuard>(&batch.header().guard())) {
      committed_.position = step->to;
      committed_.next = step->number.next();
    }
  }
}

void Owner::read() {
  uint64_t life = life_;
  cluster_.fetch(somewhere(),
                 {.from = scanned_,
                  .continues = scanned_term_,
                  .topics = {},
                  .bytes_max = kFetchBytes,
                  .uncommitted = true},
                 [this, life](Result<partition::FetchAnswer> answer) {
                   if (is_over(life)) return;
                   if (answer)
                     step(*answer);
                   else if (answer.error().code == ErrorCode::INPUT_GONE)
                     recover();
                 });
  later(random_.between(5ms, 40ms), &Owner::read);
}

// One step over all that was scanned, if an input is in it.
void Owner::step(const partition::FetchAnswer& answer) {
  if (answer.batches.empty() || answer.batches.front().header().place().base_offset != scanned_)
    return;
  if (in_flight_ >= kStepsInFlight) return;
  size_t inputs = 0;
  for (const wire::Batch& batch : answer.batches)
    inputs += static_cast<size_t>(
        std::ranges::count(batch.header().topics(), kInputs, &wire::TopicEntry::topic));
  scanned_ = answer.scanned;
  scanned_term_ = answer.scanned_term;
  if (inputs == 0) return;
  wire::StepGuard guard{.app = kApp,
                        .timers_fired = 0,
                        .mark = wire::StepMark::kNone,
                        .epoch = epoch_,
                        .number = next_,
                        .from = position_,
                        .to = scanned_,
                        .witness = scanned_ - 1,
                        .input_term = *scanned_term_};
  position_ = scanned_;
  next_ = next_.next();
  ++in_flight_;
  ++history_.operations;
  send_step(batch_of(guard, {{partition::kStepsTopic, "step"},
                             {kOutputs, fmt::format("{} inputs by {}", inputs, member_.value())}}));
}

void Owner::send_step(wire::Batch step) {
  uint64_t life = life_;
  cluster_.append(somewhere(), std::move(step), [this, life](Result<partition::Receipt> result) {
    if (is_over(life)) return;
    if (result) {
      cluster_.trace(fmt::format("step at {}", result->base.value()));
      --in_flight_;
    } else if (result.error().code == ErrorCode::FENCED) {
      owns_ = false;
      ++life_;
    } else {
      recover();
    }
  });
  cluster_.world().after(kAnswerWithin, [this, life, in_flight = in_flight_] {
    if (!is_over(life) && in_flight_ >= in_flight && in_flight > 0) recover();
  });
}

// Drops what was computed ahead and begins again where the committed log says.
void Owner::recover() {
  ++life_;
  uint64_t life = life_;
  cluster_.world().after(random_.between(5ms, 100ms), [this, life] {
    if (!is_over(life)) restore(committed_.scanned);
  });
}

}  // namespace usher::sim

#include "tests/sim/log/owner.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/partition/reserved_topics.h"

namespace usher::sim {
namespace {

constexpr size_t kStepsInFlight = 4;

}  // namespace

Owner::Owner(Cluster& cluster, MemberId member, uint64_t& epochs, Duration patience, Random random)
    : cluster_(cluster),
      client_(cluster.add_client()),
      member_(member),
      epochs_(epochs),
      patience_(patience),
      random_(random) {}

void Owner::later(Duration delay, void (Owner::*act)()) {
  cluster_.world().after(delay, [this, life = life_, act] {
    if (!is_over(life)) (this->*act)();
  });
}

// --- the claim ---

void Owner::claim() {
  ++life_;
  owns_ = false;
  epoch_ = Epoch(++epochs_);
  send_claim();
}

void Owner::send_claim() {
  ++cluster_.history().operations;
  wire::ClaimGuard guard{.app = kApp,
                         .app_version = 1,
                         .epoch = epoch_,
                         .member = member_,
                         .reset_to = {},
                         .settings = {}};
  uint64_t life = ++life_;
  cluster_.append(client_, cluster_.ask_where(random_),
                  batch_of(guard, {{partition::kClaimsTopic, "claim"}}),
                  [this, life](Result<partition::Receipt> result) {
                    if (is_over(life)) return;
                    ++life_;
                    if (result) {
                      owns_ = true;
                      restore(result->end);
                    } else if (result.error().code != ErrorCode::FENCED) {
                      later(random_.between(5ms, 50ms), &Owner::send_claim);
                    }
                  });
  later(patience_, &Owner::send_claim);
}

// --- restoring from what is committed ---

void Owner::restore(Offset until) {
  uint64_t life = ++life_;
  auto again = [this, life, until] {
    if (!is_over(life)) restore(until);
  };
  cluster_.fetch(
      client_, cluster_.ask_where(random_),
      {.from = committed_.scanned, .continues = {}, .topics = {}, .bytes_max = kFetchBytes},
      [this, life, until, again](Result<partition::FetchAnswer> answer) {
        if (is_over(life)) return;
        bool gone = !answer && answer.error().code == ErrorCode::OFFSET_GONE;
        if (gone) skip_to(Offset(answer.error().at.value_or(0)));
        if (!answer) return;
        take_committed(*answer);
        if (committed_.scanned >= std::max(until, answer->commit)) return go_on();
        cluster_.world().after(1ms, again);
      });
  cluster_.world().after(patience_, again);
}

void Owner::take_committed(const partition::FetchAnswer& answer) {
  for (const wire::Batch& batch : answer.batches) {
    if (batch.header().place().base_offset != committed_.scanned) continue;
    committed_.scanned = batch.header().end_offset();
    if (const auto* step = std::get_if<wire::StepGuard>(&batch.header().guard())) {
      committed_.position = step->to;
      committed_.next = step->number.next();
    }
  }
}

void Owner::skip_to(Offset start) {
  Replica* leader = cluster_.leader();
  const auto* app = leader ? leader->partition().at_commit().app(kApp) : nullptr;
  if (!app || start <= committed_.scanned) return;
  committed_ = {.scanned = start, .position = app->position, .next = app->next_number()};
}

void Owner::go_on() {
  ++life_;
  scanned_ = position_ = committed_.position;
  scanned_term_.reset();
  inputs_ = {};
  next_ = committed_.next;
  in_flight_.clear();
  read();
  later(patience_, &Owner::send_again);
}

// --- reading ahead, stepping ---

void Owner::read() {
  uint64_t life = life_;
  cluster_.fetch(client_, cluster_.ask_where(random_),
                 {.from = scanned_,
                  .continues = scanned_term_,
                  .topics = {},
                  .bytes_max = kFetchBytes,
                  .uncommitted = true},
                 [this, life](Result<partition::FetchAnswer> answer) {
                   if (is_over(life)) return;
                   if (answer)
                     take(*answer);
                   else if (answer.error().code == ErrorCode::INPUT_GONE ||
                            answer.error().code == ErrorCode::OFFSET_GONE)
                     recover();
                 });
  later(random_.between(5ms, 40ms), &Owner::read);
}

void Owner::take(const partition::FetchAnswer& answer) {
  if (in_flight_.size() >= kStepsInFlight || answer.batches.empty() ||
      answer.batches.front().header().place().base_offset != scanned_)
    return;
  bool any = false;
  for (const wire::Batch& batch : answer.batches)
    for (const ReadRecord& record : records_of(batch)) {
      any = any || record.topic == kInputs;
      inputs_.add(record);
    }
  scanned_ = answer.scanned;
  scanned_term_ = answer.scanned_term;
  if (any) step(scanned_, 0, std::exchange(inputs_, {}).text());
  // Now and then a timer is due: a step that takes no input, at the time of the last record.
  if (position_ == scanned_ && random_.chance(1, 5)) step(position_, 1, "a timer");
}

void Owner::step(Offset to, uint32_t timers, const std::string& what) {
  wire::StepGuard guard{.app = kApp,
                        .timers_fired = timers,
                        .mark = wire::StepMark::kNone,
                        .epoch = epoch_,
                        .number = next_,
                        .from = position_,
                        .to = to,
                        .witness = to - 1,
                        .input_term = *scanned_term_};
  position_ = to;
  std::string value = fmt::format("{} by {} in epoch {}", what, member_.value(), epoch_.value());
  in_flight_.push_back(
      {next_, value, batch_of(guard, {{partition::kStepsTopic, "step"}, {kOutputs, value}})});
  next_ = next_.next();
  ++cluster_.history().operations;
  send_step(in_flight_.back());
}

void Owner::send_step(const InFlight& step) {
  cluster_.append(client_, cluster_.ask_where(random_), step.batch,
                  [this, life = life_, number = step.number,
                   value = step.value](Result<partition::Receipt> result) {
                    if (result) cluster_.history().acknowledged.emplace_back(value, *result);
                    if (!is_over(life)) answered(number, value, std::move(result));
                  });
}

void Owner::answered(StepNumber number, const std::string& value,
                     Result<partition::Receipt> result) {
  if (result) {
    cluster_.witness().trace(fmt::format("{} at {}", value, result->base.value()));
    std::erase_if(in_flight_, [&](const InFlight& step) { return step.number == number; });
    return;
  }
  switch (result.error().code) {
    case ErrorCode::FENCED:
      owns_ = false;
      ++life_;
      return;
    case ErrorCode::INPUT_GONE:
    case ErrorCode::DIVERGED:
      return recover();
    default:
      return;  // sent again when patience ends
  }
}

// From the first that is not answered, in order.
void Owner::send_again() {
  for (const InFlight& step : in_flight_) send_step(step);
  later(patience_, &Owner::send_again);
}

// Drops what was computed ahead and begins again where the committed log says.
void Owner::recover() {
  ++life_;
  cluster_.world().after(random_.between(5ms, 100ms), [this, life = life_] {
    if (!is_over(life)) restore(committed_.scanned);
  });
}

}  // namespace usher::sim

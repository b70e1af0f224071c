#include "processors/executor.h"

#include <fmt/format.h>

#include "processors/dead_letter.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::processors {
namespace {

// How often a long step looks at the clock.
constexpr size_t kInputsPerLook = 64;

}  // namespace

Executor::Executor(std::shared_ptr<const Topology> topology, state::CommittedStore& committed)
    : topology_(std::move(topology)),
      state_(committed),
      timers_(state_, topology_->timers()),
      chain_(topology_, state_, timers_),
      // What stands in a step says the same names again and again.
      builder_({.compression = wire::Compression::kLz4}) {}

Executor::Mark Executor::mark() const {
  return {.state = state_.mark(),
          .draft = draft_.mark(),
          .timers_fired = taken_.timers_fired,
          .dead_letters = taken_.dead_letters};
}

void Executor::rollback(const Mark& mark) {
  state_.rollback(mark.state);
  draft_.rollback(mark.draft);
  timers_.forget();
  taken_.timers_fired = mark.timers_fired;
  taken_.dead_letters = mark.dead_letters;
}

bool Executor::is_full(const StepLimits& limits) const {
  return draft_.bytes() + state_.changed_bytes() >= limits.bytes ||
         draft_.records() + state_.changed_entries() >= limits::kStepRecords;
}

// Would it be taken as a batch? With what header and step record take.
bool Executor::fits() const {
  return draft_.bytes() + state_.changed_bytes() + limits::kStepOverheadBytes <=
             limits::kBatchBytes &&
         draft_.records() + state_.changed_entries() < limits::kBatchRecords;
}

// Timers that an input makes due stand in its step, or in steps without input before it: a step's
// last timers must not be due by a record that it does not name.
Result<Taken> Executor::take(InputQueue& queue, Offset position, const StepLimits& limits) {
  taken_ = Taken();
  taken_.to = position;
  const Input* input = nullptr;
  while ((input = queue.front()) && input->offset < limits.end) {
    Mark before = mark();
    bool all_fired = fire_due(*input, limits);
    if (state_.failure()) return fail(*state_.failure());
    Ran ran =
        all_fired ? run(*input, taken_.inputs == 0 && taken_.timers_fired == 0) : Ran::kDoesNotFit;
    if (state_.failure()) return fail(*state_.failure());
    if (ran == Ran::kDoesNotFit) {
      if (taken_.inputs > 0) {
        rollback(before);
      } else {
        taken_.witness = input->offset;
        taken_.input_term = input->term;
      }
      return taken_;
    }
    ++taken_.inputs;
    taken_.to = input->offset.next();
    taken_.witness = input->offset;
    taken_.input_term = input->term;
    queue.pop();
    if (taken_.inputs >= limits.inputs || is_full(limits)) return taken_;
    if (taken_.inputs % kInputsPerLook == 0 && limits.is_time_up()) return taken_;
  }
  // All that was looked at is consumed, inputs or not.
  if (!input && taken_.inputs > 0 && queue.scanned() > taken_.to) {
    taken_.to = queue.scanned();
    taken_.witness = taken_.to - 1;
    taken_.input_term = *queue.scanned_term();
  }
  return taken_;
}

// False: the step is full before all have fired.
bool Executor::fire_due(const Input& input, const StepLimits& limits) {
  Origin origin{input.topic, input.offset};
  while (auto next = timers_.next_deadline()) {
    if (*next > input.time || state_.failure()) break;
    if (taken_.timers_fired > 0 && is_full(limits)) return false;
    auto due = timers_.take_due(input.time);
    if (!due) break;
    fire(*due, origin);
  }
  return true;
}

void Executor::fire(const Timers::Due& due, const Origin& origin) {
  ++taken_.timers_fired;
  Mark before = mark();
  auto fired = chain_.fire(due, origin, draft_);
  if (fired && fits()) return;
  rollback(before);
  ++taken_.dead_letters;
  Error why = fired ? Error{ErrorCode::TOO_LARGE, "what a timer sends and changes is no batch"}
                    : fired.error();
  add_dead_timer(draft_, *topology_->dead_letters(), due, origin, why);
}

// `alone`: nothing else is in the step, so what does not fit now never will.
Executor::Ran Executor::run(const Input& input, bool alone) {
  Mark before = mark();
  if (skip_next_ && topology_->source_of(input.topic)) {
    skip_next_ = false;
    bury(input, before, {ErrorCode::POISONED, "skipped by an operator"});
    return Ran::kInStep;
  }
  headers_.clear();
  if (!input.record.headers.empty())
    input.record.headers.for_each([&](const wire::Header& header) { headers_.push_back(header); });
  Message message{.key = {}, .value = {}, .headers = headers_};
  if (input.record.key) message.key = as_text(*input.record.key);
  if (input.record.value) message.value = as_text(*input.record.value);
  auto ran = chain_.run({input.topic, input.offset}, message, input.time, draft_);
  if (ran && fits()) return Ran::kInStep;
  if (ran && !alone) {
    rollback(before);
    return Ran::kDoesNotFit;
  }
  bury(input, before,
       ran ? Error{ErrorCode::TOO_LARGE, "what the record sends and changes is no batch"}
           : ran.error());
  return Ran::kInStep;
}

void Executor::bury(const Input& input, const Mark& before, const Error& why) {
  rollback(before);
  ++taken_.dead_letters;
  add_dead_letter(draft_, *topology_->dead_letters(), input, why);
}

Result<Taken> Executor::take_again(InputQueue& queue, const wire::StepGuard& guard) {
  StepLimits all{.inputs = SIZE_MAX, .bytes = SIZE_MAX, .end = guard.to};
  taken_ = Taken();
  taken_.to = guard.from;
  if (guard.from < guard.to) return take(queue, guard.from, all);
  while (taken_.timers_fired < guard.timers_fired) {
    const Input* input = queue.front();
    auto due = input ? timers_.take_due(input->time) : std::nullopt;
    if (!due) return fail(ErrorCode::STATE_DIVERGED, "fewer timers are due than the step fired");
    fire(*due, {input->topic, input->offset});
  }
  return taken_;
}

FinishedStep Executor::finish(const wire::StepGuard& guard) {
  auto batch = draft_.finish(builder_, guard, state_.digest(), state_.changes());
  CHECK(batch.has_value(), "what is in a step fits a batch");
  FinishedStep finished{.batch = std::move(*batch), .effects = draft_.take_effects()};
  draft_.rollback({});
  state_.seal();
  return finished;
}

Result<void> Executor::apply(const wire::Batch& step, const wire::StepGuard& guard) {
  const wire::BatchHeader& header = step.header();
  std::optional<Digest> said;
  for (size_t i = 0; i < header.topics().size(); ++i) {
    const wire::TopicEntry& entry = header.topics()[i];
    bool is_step = entry.topic == wire::kStepsTopic;
    if (!is_step && !topology_->is_changelog(entry.topic)) continue;
    if (planted(Bug::kLoseTimerOnHandOver) && entry.topic == topology_->timers()) continue;
    TRY_ASSIGN(wire::Section section,
               wire::Section::open(entry, step.stored_section(i), header.records()));
    for (wire::SectionReader reader = section.read(); !reader.done();) {
      wire::RecordView record = reader.next();
      if (is_step) {
        TRY_ASSIGN(said, wire::decode_step_record(record, guard));
        continue;
      }
      std::string_view key = record.key ? as_text(*record.key) : "";
      if (record.value)
        state_.put(entry.topic, key, as_text(*record.value));
      else
        state_.erase(entry.topic, key);
    }
  }
  timers_.forget();
  if (state_.failure()) return fail(*state_.failure());
  if (!said || *said != state_.digest())
    return fail(ErrorCode::STATE_DIVERGED,
                fmt::format("after step {} at offset {}", guard.number.value(),
                            header.place().base_offset.value()));
  state_.seal();
  return {};
}

void Executor::drop() {
  state_.drop();
  draft_ = StepDraft();
  timers_.forget();
}

}  // namespace usher::processors

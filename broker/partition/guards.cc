#include "broker/partition/guards.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/planted.h"

namespace usher::partition {
namespace {

struct Question {
  const DerivedState& state;
  const wire::BatchHeader& batch;
  const TermAt& term_at;
  WallTime time;
};

template <class... Args>
Error refusal(ErrorCode code, fmt::format_string<Args...> text, Args&&... args) {
  return Error{code, fmt::format(text, std::forward<Args>(args)...)};
}

// The refusal, with the number that its sender goes on from.
Error about(uint64_t number, Error refused) {
  refused.at = number;
  return refused;
}

const Remembered* find(const std::deque<Remembered>& last, uint64_t back) {
  return back < last.size() ? &last[last.size() - 1 - back] : nullptr;
}

Verdict judge_guard(const wire::NoGuard&, const Question&) { return Accepted{}; }

Verdict judge_unknown(const wire::ProducerGuard& guard, const Question& asked) {
  auto age = std::chrono::duration_cast<std::chrono::microseconds>(limits::kProducerAgeMax);
  if (asked.time > guard.producer.made_at + age)
    return refusal(ErrorCode::PRODUCER_UNKNOWN, "the id is unknown here and more than {} old",
                   to_text(limits::kProducerAgeMax));
  if (guard.sequence != 0)
    return refusal(ErrorCode::PRODUCER_UNKNOWN, "sequence {} of an id that is unknown here",
                   guard.sequence);
  if (asked.state.producers() >= limits::kProducers)
    return refusal(ErrorCode::PRODUCERS_FULL, "{} producers, the limit", limits::kProducers);
  return Accepted{};
}

Verdict judge_guard(const wire::ProducerGuard& guard, const Question& asked) {
  const ProducerState* producer = asked.state.producer(guard.producer);
  if (!producer) return judge_unknown(guard, asked);
  if (guard.sequence == producer->next_sequence) return Accepted{};
  if (guard.sequence > producer->next_sequence)
    return about(producer->next_sequence,
                 refusal(ErrorCode::SEQUENCE_TOO_EARLY, "sequence {}, the next is {}",
                         guard.sequence, producer->next_sequence));
  const Remembered* first = find(producer->batches, producer->next_sequence - 1 - guard.sequence);
  if (!first)
    return refusal(ErrorCode::SEQUENCE_FORGOTTEN,
                   "sequence {} is in the log, its receipt is no longer kept", guard.sequence);
  if (first->content != content_of(asked.batch))
    return refusal(ErrorCode::SEQUENCE_REUSED, "sequence {} stands there with other content",
                   guard.sequence);
  return Repeated{first->receipt};
}

Verdict judge_guard(const wire::ClaimGuard& guard, const Question& asked) {
  const AppState* app = asked.state.app(guard.app);
  if (!app || guard.epoch > app->claim.epoch) return Accepted{};
  if (guard.epoch == app->claim.epoch && guard.member == app->claim.member)
    return Repeated{app->claimed};
  return refusal(ErrorCode::FENCED, "a claim of epoch {}, the last is of {}", guard.epoch.value(),
                 app->claim.epoch.value());
}

// A step whose number is taken: the same again, or another?
Verdict judge_repeated(const wire::StepGuard& guard, const AppState& app, const Question& asked) {
  const Remembered* first = find(app.steps, *app.last_number - guard.number);
  bool same = false;
  if (first) {
    const auto& before = std::get<wire::StepGuard>(first->guard);
    same = before.from == guard.from && before.to == guard.to &&
           before.input_term == guard.input_term && first->content == content_of(asked.batch);
    if (planted(Bug::kRepeatedUnread)) same = true;
  }
  if (same) return Repeated{first->receipt};
  return refusal(ErrorCode::DIVERGED, "step {} stands there with other content",
                 guard.number.value());
}

Verdict judge_guard(const wire::StepGuard& guard, const Question& asked) {
  const AppState* app = asked.state.app(guard.app);
  bool fenced = !app || guard.epoch != app->claim.epoch || app->claim.reset_to;
  if (planted(Bug::kSkipEpoch)) fenced = !app;
  if (fenced)
    return refusal(ErrorCode::FENCED, "a step of epoch {}, the last claim is of {}",
                   guard.epoch.value(), app ? app->claim.epoch.value() : 0);
  bool unread = planted(Bug::kSkipStepNumber);
  if (guard.number < app->next_number() && !unread) return judge_repeated(guard, *app, asked);
  if (guard.number > app->next_number() && !unread)
    return about(app->next_number().value(),
                 refusal(ErrorCode::TOO_EARLY, "step {}, the next is {}", guard.number.value(),
                         app->next_number().value()));
  if (guard.from != app->position)
    return refusal(ErrorCode::DIVERGED, "step {} begins at {}, the position is {}",
                   guard.number.value(), guard.from.value(), app->position.value());
  if (asked.term_at(guard.witness) != guard.input_term && !planted(Bug::kSkipInputTerm))
    return about(
        asked.state.end().value(),
        refusal(ErrorCode::INPUT_GONE, "offset {} does not stand in term {}; the log ends at {}",
                guard.witness.value(), guard.input_term.value(), asked.state.end().value()));
  return Accepted{};
}

Verdict judge_guard(const wire::LinkGuard& guard, const Question& asked) {
  Seq stored = asked.state.linked(key_of(guard));
  if (guard.from == stored || planted(Bug::kLinkUncompared)) return Accepted{};
  return about(stored.value(), refusal(ErrorCode::LINK_OUT_OF_PLACE, "seqs from {}, the next is {}",
                                       guard.from.value(), stored.value()));
}

}  // namespace

Verdict judge(const DerivedState& at_end, const wire::BatchHeader& batch, const TermAt& term_at,
              WallTime time) {
  Question asked{at_end, batch, term_at, time};
  return std::visit([&](const auto& guard) { return judge_guard(guard, asked); }, batch.guard());
}

}  // namespace usher::partition

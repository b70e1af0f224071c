#include "processors/queries.h"

#include <algorithm>

#include <fmt/format.h>

#include "processors/state/digest.h"
#include "proto/base/limits.h"

namespace usher::processors {

Queries::Queries(Scheduler& scheduler, PartitionLog& log, const state::CommittedStore& store,
                 AppId app, Epoch epoch, Owner owner)
    : scheduler_(scheduler),
      log_(log),
      store_(store),
      app_(app),
      epoch_(epoch),
      owner_(std::move(owner)),
      heard_(scheduler.clock().monotonic()) {}

Queries::~Queries() { close(); }

void Queries::ask(Query query, Answer answer) {
  if (waiting_.size() >= limits::kTaskWaiters)
    return answer(fail(ErrorCode::QUEUE_FULL, fmt::format("{} callers wait", waiting_.size())));
  Number number = next_number_++;
  Waiting waiting{.query = std::move(query),
                  .entry_key = {},
                  .answer = std::move(answer),
                  .until = {},
                  .after = Offset(0),
                  .confirmed = false,
                  .timer = {}};
  waiting.entry_key = state::entry_key(waiting.query.store, waiting.query.key);
  waiting.until = scheduler_.clock().monotonic() + waiting.query.wait_max;
  waiting.after = waiting.query.at_least;
  by_key_.emplace(waiting.entry_key, number);
  waiting_.emplace(number, std::move(waiting));
  if (is_doubtful()) return ask_index(number);
  look(number);
}

bool Queries::is_doubtful() const {
  return scheduler_.clock().monotonic() - heard_ > limits::kOwnerDoubt;
}

// What can be said of it now?
void Queries::look(Number number) {
  auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  Waiting& waiting = found->second;
  if (!waiting.after) return;
  Offset settled = owner_.settled();
  if (settled >= *waiting.after) {
    auto value = store_.get(waiting.entry_key);
    if (!value) return finish(number, fail(value.error()));
    bool over = scheduler_.clock().monotonic() >= waiting.until;
    if (over || waiting.query.is_enough(*value)) {
      bool known = value->has_value() || waiting.confirmed;
      if (!known) return ask_index(number);
      return finish(number, QueryAnswer{.value = std::move(*value), .holds_for = settled});
    }
  } else {
    unsettled_.insert(number);
    owner_.hurry();
  }
  if (waiting.timer) return;
  // Its own place in the log, or the read index, may take a moment however short the wait.
  Duration left = waiting.until - scheduler_.clock().monotonic();
  waiting.timer =
      scheduler_.after(std::max(left, limits::kQueryGrace), [this, number] { time_is_up(number); });
}

void Queries::time_is_up(Number number) {
  auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  found->second.timer.reset();
  Offset settled = owner_.settled();
  bool may_answer = found->second.after && settled >= *found->second.after;
  if (!may_answer)
    return finish(number, fail(ErrorCode::TIMED_OUT, "the task has not caught up in time"));
  auto value = store_.get(found->second.entry_key);
  if (!value) return finish(number, fail(value.error()));
  if (!value->has_value() && !found->second.confirmed) return ask_index(number);
  finish(number, QueryAnswer{.value = std::move(*value), .holds_for = settled});
}

void Queries::ask_index(Number number) {
  Waiting& waiting = waiting_.at(number);
  waiting.after.reset();
  to_ask_.push_back(number);
  if (!waiting.timer)
    waiting.timer = scheduler_.after(
        std::max(waiting.until - scheduler_.clock().monotonic(), limits::kQueryGrace),
        [this, number] { time_is_up(number); });
  if (!index_in_flight_) send_index();
}

void Queries::send_index() {
  if (to_ask_.empty()) return;
  asked_ = std::exchange(to_ask_, {});
  index_in_flight_ = true;
  log_.read_index(app_,
                  life_.wrap([this](Result<ReadIndex> index) { took_index(std::move(index)); }));
}

void Queries::took_index(Result<ReadIndex> index) {
  index_in_flight_ = false;
  std::vector<Number> asked = std::exchange(asked_, {});
  if (!index) {
    to_ask_.insert(to_ask_.end(), asked.begin(), asked.end());
    scheduler_.after(limits::kTaskRetryMin, life_.wrap([this] {
      if (!index_in_flight_) send_index();
    }));
    return;
  }
  if (index->newest_claim > epoch_) return owner_.replaced();
  heard();
  for (Number number : asked) {
    auto found = waiting_.find(number);
    if (found == waiting_.end()) continue;
    found->second.after = std::max(index->commit, found->second.query.at_least);
    found->second.confirmed = true;
    look(number);
  }
  send_index();
}

void Queries::changed(std::span<const std::string> entry_keys) {
  if (by_key_.empty()) return;
  std::vector<Number> numbers;
  for (const std::string& key : entry_keys)
    for (auto [at, end] = by_key_.equal_range(key); at != end; ++at) numbers.push_back(at->second);
  for (Number number : numbers) look(number);
}

void Queries::moved() {
  std::set<Number> numbers = std::exchange(unsettled_, {});
  for (Number number : numbers) look(number);
}

void Queries::heard() { heard_ = scheduler_.clock().monotonic(); }

void Queries::finish(Number number, Result<QueryAnswer> answer) {
  auto found = waiting_.find(number);
  Waiting waiting = std::move(found->second);
  if (waiting.timer) scheduler_.cancel(*waiting.timer);
  for (auto [at, end] = by_key_.equal_range(waiting.entry_key); at != end; ++at)
    if (at->second == number) {
      by_key_.erase(at);
      break;
    }
  unsettled_.erase(number);
  waiting_.erase(found);
  waiting.answer(std::move(answer));
}

void Queries::close() {
  life_.cut();
  while (!waiting_.empty())
    finish(waiting_.begin()->first, fail(ErrorCode::NOT_OWNER, "the task is given up here"));
}

}  // namespace usher::processors

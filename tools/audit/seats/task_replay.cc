#include "tools/audit/seats/task_replay.h"

#include <algorithm>

#include <fmt/format.h>

#include "processors/apps/seats/decide.h"
#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"
#include "tools/audit/seats/dead_letter.h"
#include "tools/audit/seats/timer_key.h"

namespace usher::audit {
namespace {

constexpr size_t kShownBytes = 24;

std::string shown(std::optional<std::string_view> bytes) {
  if (!bytes) return "nothing";
  std::string text = to_hex(as_bytes(bytes->substr(0, kShownBytes)));
  return fmt::format("{} bytes {}{}", bytes->size(), text, bytes->size() > kShownBytes ? "…" : "");
}

std::optional<std::string_view> text_of(const std::optional<Bytes>& bytes) {
  if (!bytes) return std::nullopt;
  return as_text(*bytes);
}

}  // namespace

// The maps, as decide sees them.
class TaskReplay::StateView final : public seats::State {
 public:
  StateView(const TaskMaps& maps, const SeatsTopics& topics) : maps_(maps), topics_(topics) {}
  std::optional<std::string_view> get(seats::Store store, std::string_view key) const override {
    return maps_.get(topics_.of(store), key);
  }
  void scan(seats::Store store, std::string_view prefix, std::string_view from,
            const Visit& visit) const override {
    maps_.of(topics_.of(store))
        .scan(std::max(prefix, from), [&](std::string_view key, std::string_view value) {
          return key.starts_with(prefix) && visit(key, value);
        });
  }

 private:
  const TaskMaps& maps_;
  const SeatsTopics& topics_;
};

void TaskReplay::report(Kind kind, const OpenedBatch& batch, Offset offset, std::string detail) {
  findings_.add({.kind = kind,
                 .space = key_.space,
                 .partition = key_.partition,
                 .offset = offset,
                 .spot = batch.spot(),
                 .detail = std::move(detail)});
}

void TaskReplay::go_blind(std::string why) {
  if (!blind_)
    findings_.remark(fmt::format("partition {}: decisions are not re-executed: {}",
                                 key_.partition.value(), why));
  blind_ = true;
  waiting_.clear();
}

void TaskReplay::hole(Offset from, Offset to) {
  go_blind(fmt::format("what stood from offset {} to {} is missing", from.value(), to.value()));
}

void TaskReplay::take(const OpenedBatch& batch) {
  if (!std::exchange(began_, true) && batch.base() > Offset(0))
    go_blind(fmt::format("the log begins at offset {}, the state there is not known",
                         batch.base().value()));
  if (blind_) return;
  if (const auto* claim = batch.claim(); claim && claim->app == topics_.app)
    take_claim(*claim, batch);
  else if (const auto* step = batch.step(); step && step->app == topics_.app)
    take_step(*step, batch);
  else
    take_inputs(batch);
}

void TaskReplay::take_claim(const wire::ClaimGuard& claim, const OpenedBatch& batch) {
  if (claim.reset_to)
    return go_blind(fmt::format("the app was reset to offset {} at offset {}",
                                claim.reset_to->value(), batch.base().value()));
  version_known_ = claim.app_version == seats::kDecisionVersion;
  if (!version_known_)
    findings_.remark(fmt::format(
        "partition {}: from offset {} on decisions are of version {}, this program knows version "
        "{}; they are not re-executed, changelogs are compared with the digests",
        key_.partition.value(), batch.base().value(), claim.app_version, seats::kDecisionVersion));
}

void TaskReplay::take_inputs(const OpenedBatch& batch) {
  bool any = std::ranges::any_of(batch.header().topics(), [&](const wire::TopicEntry& entry) {
    return entry.topic == wire::kClockTopic || topics_.command_topic(entry.topic);
  });
  if (!any) return;
  batch.for_each([&](TopicId topic, const wire::RecordView& record) {
    bool clock = topic == wire::kClockTopic;
    if (!clock && !topics_.command_topic(topic)) return;
    Input input{.topic = topic,
                .offset = batch.base() + record.place,
                .time = batch.time(),
                .key = {},
                .value = {}};
    if (!clock && record.key) input.key = as_text(*record.key);
    if (!clock && record.value) input.value = as_text(*record.value);
    waiting_.push_back(std::move(input));
  });
}

void TaskReplay::take_step(const wire::StepGuard& step, const OpenedBatch& batch) {
  differed_ = false;
  if (version_known_) {
    decide_again(step, batch);
  } else {
    while (!waiting_.empty() && waiting_.front().offset < step.to) waiting_.pop_front();
    fold(batch);
  }
  digest_ = maps_.close();
  const wire::Section* steps = batch.section_of(wire::kStepsTopic);
  if (!steps) return;
  if (auto said = wire::decode_step_record(steps->read().next(), step))
    compare_digest(*said, step, batch);
}

// Behind a step that differs the state stays what was decided again: what it and the log's differ
// by is one finding, not one a step.
void TaskReplay::compare_digest(const Digest& said, const wire::StepGuard& step,
                                const OpenedBatch& batch) {
  Digest apart = minus(said, digest_);
  bool is_new = apart != std::exchange(apart_, apart);
  if (!is_new || std::exchange(differed_, false)) return;
  report(Kind::kDigest, batch, batch.base(),
         fmt::format("after step {} the state's digest is {:016x}{:016x}, the step says "
                     "{:016x}{:016x}",
                     step.number.value(), digest_.high, digest_.low, said.high, said.low));
}

void TaskReplay::decide_again(const wire::StepGuard& step, const OpenedBatch& batch) {
  expected_.clear();
  timers_fired_ = 0;
  note_letters(batch);
  std::string wrong;
  Offset at = batch.base();
  while (!waiting_.empty() && waiting_.front().offset < step.to) {
    Input input = std::move(waiting_.front());
    waiting_.pop_front();
    while (fire_first(input.time)) {
    }
    process(input);
  }
  if (step.from == step.to && step.timers_fired > 0) {
    bool due = !waiting_.empty() && waiting_.front().offset == step.witness;
    WallTime now = due ? waiting_.front().time : batch.time();
    if (!due) wrong = fmt::format("offset {} made no timer due", step.witness.value());
    while (timers_fired_ < step.timers_fired && fire_first(now)) {
    }
  }
  if (wrong.empty() && timers_fired_ != step.timers_fired)
    wrong = fmt::format("{} timers were due, the step says {}", timers_fired_, step.timers_fired);
  if (wrong.empty()) wrong = difference(batch, at);
  ++steps_decided_;
  if (wrong.empty()) return;
  report(Kind::kReexecution, batch, at, fmt::format("step {}: {}", step.number.value(), wrong));
  differed_ = true;
}

void TaskReplay::fold(const OpenedBatch& batch) {
  auto is_changelog = [&](TopicId topic) {
    return topic == topics_.timers ||
           std::ranges::find(topics_.changelogs, topic) != topics_.changelogs.end();
  };
  const auto& topics = batch.header().topics();
  for (size_t i = 0; i < topics.size(); ++i) {
    if (!is_changelog(topics[i].topic)) continue;
    for (wire::SectionReader reader = batch.sections()[i].read(); !reader.done();) {
      wire::RecordView record = reader.next();
      maps_.change(topics[i].topic, record.key ? as_text(*record.key) : "", text_of(record.value));
    }
  }
}

void TaskReplay::note_letters(const OpenedBatch& batch) {
  letters_as_stated_.clear();
  const wire::Section* letters = batch.section_of(topics_.dead_letters);
  if (!letters) return;
  for (wire::SectionReader reader = letters->read(); !reader.done();) {
    auto letter = dead_letter_of(reader.next());
    if (!letter || letter->of_timer || letter->by_the_rules()) continue;
    findings_.remark(
        fmt::format("partition {}: the record at offset {} is in the dead letters as "
                    "{}, which is taken as stated",
                    key_.partition.value(), letter->offset.value(), letter->reason));
    letters_as_stated_.emplace(letter->offset, std::move(letter->reason));
  }
}

// False: none is due.
bool TaskReplay::fire_first(WallTime now) {
  std::optional<StoredTimer> due;
  std::string key;
  maps_.of(topics_.timers).scan("", [&](std::string_view first, std::string_view) {
    auto timer = timer_of_key(first);
    if (timer && timer->name.deadline <= now) {
      due = std::move(timer);
      key = first;
    }
    return false;
  });
  if (!due) return false;
  ++timers_fired_;
  maps_.change(topics_.timers, key, std::nullopt);
  auto decision = seats::decide(StateView(maps_, topics_), due->name);
  if (decision) carry_out(std::move(*decision), due->name.deadline);
  return true;
}

void TaskReplay::process(const Input& input) {
  auto topic = topics_.command_topic(input.topic);
  if (!topic) return;  // the clock: only its time counts
  auto bury = [&](std::optional<Error> why) {
    expected_.push_back({.topic = topics_.dead_letters,
                         .key = input.key,
                         .value = input.value,
                         .letter_of = input.offset,
                         .why = std::move(why)});
  };
  if (letters_as_stated_.contains(input.offset)) return bury(std::nullopt);
  auto decision = seats::decide(StateView(maps_, topics_), seats::Input{.topic = *topic,
                                                                        .offset = input.offset,
                                                                        .time = input.time,
                                                                        .key = input.key,
                                                                        .value = input.value});
  if (!decision) return bury(decision.error());
  carry_out(std::move(*decision), input.time);
}

void TaskReplay::carry_out(seats::Decision decision, WallTime now) {
  for (const seats::Change& change : decision.changes) {
    std::optional<std::string_view> value;
    if (change.value) value = *change.value;
    maps_.change(topics_.of(change.store), change.key, value);
  }
  for (seats::TimerChange& change : decision.timers) {
    // A timer is never set before the time at which it is set.
    if (change.set) change.name.deadline = std::max(change.name.deadline, now);
    std::optional<std::string_view> value;
    if (change.set) value = "";
    maps_.change(topics_.timers, timer_key(change.name, seats::kTimersProcessor), value);
  }
  for (seats::Record& record : decision.records)
    expected_.push_back({.topic = topics_.of(record.topic),
                         .key = std::move(record.key),
                         .value = std::move(record.value)});
}

std::string TaskReplay::name_of(TopicId topic) const {
  for (size_t i = 0; i < topics_.topics.size(); ++i)
    if (topics_.topics[i] == topic) return std::string(seats::kTopicNames[i]);
  for (size_t i = 0; i < topics_.changelogs.size(); ++i)
    if (topics_.changelogs[i] == topic) return std::string(seats::kChangelogNames[i]);
  if (topic == topics_.timers) return std::string(seats::kTimersTopic);
  if (topic == topics_.dead_letters) return std::string(seats::kDeadLettersTopic);
  return fmt::format("topic {}", topic.value());
}

std::string TaskReplay::difference(const OpenedBatch& batch, Offset& at) const {
  const auto& topics = batch.header().topics();
  std::vector<wire::SectionReader> readers;
  for (const wire::Section& section : batch.sections()) readers.push_back(section.read());
  uint32_t place = 0;
  std::string wrong;
  auto next = [&](TopicId topic) -> std::optional<wire::RecordView> {
    at = batch.base() + place;
    for (size_t i = 0; i < topics.size(); ++i) {
      if (topics[i].topic != topic) continue;
      if (readers[i].done() || readers[i].next_place() != place) break;
      ++place;
      return readers[i].next();
    }
    wrong = fmt::format(
        "decided again, a record of {} stands at offset {}; the log has another "
        "there, or none",
        name_of(topic), at.value());
    return std::nullopt;
  };
  auto compare = [&](TopicId topic, std::string_view key, std::optional<std::string_view> value,
                     const wire::RecordView& record) {
    if (text_of(record.key) == key && text_of(record.value) == value && record.headers.empty())
      return true;
    wrong = fmt::format(
        "a record of {} with key {}: decided again it is {}, the log has {} under "
        "key {}",
        name_of(topic), quote(key), shown(value), shown(text_of(record.value)),
        quote(text_of(record.key).value_or("")));
    return false;
  };
  if (!next(wire::kStepsTopic)) return wrong;
  for (const Expected& one : expected_) {
    auto record = next(one.topic);
    if (!record) return wrong;
    if (one.letter_of) {
      if (wrong = letter_difference(one, *record); !wrong.empty()) return wrong;
    } else if (!compare(one.topic, one.key, one.value, *record)) {
      return wrong;
    }
  }
  for (const auto& [name, before] : maps_.changes()) {
    auto record = next(name.first);
    if (!record || !compare(name.first, name.second, maps_.get(name.first, name.second), *record))
      return wrong;
  }
  at = batch.base() + place;
  if (place == batch.header().records()) return "";
  return fmt::format("the log has {} records more than were decided again",
                     batch.header().records() - place);
}

std::string TaskReplay::letter_difference(const Expected& expected,
                                          const wire::RecordView& record) const {
  auto letter = dead_letter_of(record);
  if (!letter || letter->offset != *expected.letter_of)
    return fmt::format("decided again, the record at offset {} is a dead letter",
                       expected.letter_of->value());
  if (!expected.why) return "";
  std::string whole = valid_utf8(expected.why->detail);
  std::string_view detail = cut_utf8(whole, limits::kDeadLetterDetailBytes);
  if (letter->reason != expected.why->name() || letter->detail != detail)
    return fmt::format("the record at offset {} is a dead letter for {} ({}), the log says {} ({})",
                       expected.letter_of->value(), expected.why->name(), detail, letter->reason,
                       letter->detail);
  bool same = text_of(record.key).value_or("") == expected.key &&
              (!record.value || text_of(record.value) == expected.value);
  return same ? "" : "a dead letter holds another record than the one it names";
}

}  // namespace usher::audit

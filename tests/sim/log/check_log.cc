// The rules of docs/testing.md on a whole committed log, one function each.
#include <fmt/format.h>

#include "broker/partition/derived_state.h"

#include "tests/sim/log/history.h"

namespace usher::sim {
namespace {

using Log = std::vector<wire::Batch>;

// The values of a topic's records with their offsets, in the order of the log.
std::vector<std::pair<Offset, std::string>> values(const Log& log) {
  std::vector<std::pair<Offset, std::string>> all;
  for (const wire::Batch& batch : log) {
    if (batch.header().kind() != wire::BatchKind::kData) continue;
    std::vector<wire::Section> sections;
    for (size_t i = 0; i < batch.header().topics().size(); ++i) {
      auto section = wire::Section::open(batch.header().topics()[i], batch.stored_section(i),
                                         batch.header().records());
      if (section) sections.push_back(std::move(*section));
    }
    for (wire::MergedReader reader(sections); !reader.done();) {
      wire::RecordView record = reader.next().record;
      all.emplace_back(batch.header().place().base_offset + record.place,
                       as_text(record.value.value_or(Bytes())));
    }
  }
  return all;
}

// Chain, offsets, seqs, time: the log proves itself.
std::string proves_itself(const Log& log) {
  wire::Chain chain;
  Offset end;
  WallTime time;
  std::map<TopicId, Seq> next;
  for (const wire::Batch& batch : log) {
    const wire::BatchHeader& header = batch.header();
    uint64_t at = header.place().base_offset.value();
    if (header.place().base_offset != end) return fmt::format("skip: a hole before offset {}", at);
    if (header.chain() != header.chain_after(chain)) return fmt::format("chain at offset {}", at);
    if (header.place().time < time) return fmt::format("time goes back at offset {}", at);
    if (auto whole = batch.check_whole(); !whole) return whole.error().text();
    for (size_t i = 0; i < header.topics().size(); ++i) {
      const wire::TopicEntry& entry = header.topics()[i];
      if (header.base_seq(i) != next[entry.topic])
        return fmt::format("skip: seq of topic {} at offset {}", entry.topic.value(), at);
      next[entry.topic] = header.base_seq(i) + entry.records;
    }
    chain = header.chain();
    end = header.end_offset();
    time = header.place().time;
  }
  return {};
}

std::string receipts_hold(const Log& log, const History& history) {
  std::map<Offset, const wire::Batch*> by_base;
  for (const wire::Batch& batch : log) by_base[batch.header().place().base_offset] = &batch;
  for (const auto& [value, receipt] : history.acknowledged) {
    auto batch = by_base.find(receipt.base);
    if (batch == by_base.end() || partition::receipt_of(batch->second->header()) != receipt)
      return fmt::format("lost write: {} was acknowledged at offset {}", value,
                         receipt.base.value());
  }
  return {};
}

std::string nothing_failed_is_read(const Log& log, const History& history) {
  for (const auto& [offset, value] : values(log))
    if (history.failed.contains(value))
      return fmt::format("aborted read: {} failed, and stands at offset {}", value, offset.value());
  return {};
}

std::string producers_once_in_order(const Log& log, const History& history) {
  std::map<std::string, std::vector<Offset>> places;
  for (const auto& [offset, value] : values(log)) places[value].push_back(offset);
  for (const auto& [producer, sent] : history.by_producer) {
    Offset last;
    for (const std::string& value : sent) {
      const std::vector<Offset>& at = places[value];
      if (at.size() > 1)
        return fmt::format("duplicate: {} stands at offsets {} and {}", value, at[0].value(),
                           at[1].value());
      if (at.empty()) continue;
      if (at[0] < last) return fmt::format("order: {} of producer {}", value, producer);
      last = at[0];
    }
  }
  return {};
}

// Steps are dense, continue each other, and follow the last claim; what they read stands there.
std::string steps_are_exactly_once(const Log& log) {
  partition::DerivedState state;
  std::map<Offset, Term> terms;  // by the end of each batch
  for (const wire::Batch& batch : log) {
    const wire::BatchHeader& header = batch.header();
    uint64_t at = header.place().base_offset.value();
    if (const auto* claim = std::get_if<wire::ClaimGuard>(&header.guard())) {
      const partition::AppState* app = state.app(claim->app);
      if (app && claim->epoch <= app->claim.epoch)
        return fmt::format("one owner: a claim of an old epoch at offset {}", at);
    }
    if (const auto* step = std::get_if<wire::StepGuard>(&header.guard())) {
      const partition::AppState* app = state.app(step->app);
      if (!app || step->epoch != app->claim.epoch)
        return fmt::format("one owner: a step without its claim at offset {}", at);
      if (step->number != app->next_number() || step->from != app->position)
        return fmt::format("exactly once: step {} at offset {} does not continue",
                           step->number.value(), at);
      auto input = terms.upper_bound(step->witness);
      if (input == terms.end() || input->second != step->input_term)
        return fmt::format("exactly once: the step at offset {} read what is not there", at);
    }
    state.apply(header);
    terms[header.end_offset()] = header.place().term;
  }
  return {};
}

}  // namespace

std::string check_log(const Log& log, const History& history) {
  std::string found = proves_itself(log);
  if (found.empty()) found = receipts_hold(log, history);
  if (found.empty()) found = nothing_failed_is_read(log, history);
  if (found.empty()) found = producers_once_in_order(log, history);
  if (found.empty()) found = steps_are_exactly_once(log);
  return found;
}

}  // namespace usher::sim

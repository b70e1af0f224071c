#include "tools/audit/log/log_check.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::audit {
namespace {

constexpr std::string_view kNone = "none";

std::string text(const std::optional<Term>& term) {
  return term ? std::to_string(term->value()) : std::string(kNone);
}

}  // namespace

void LogCheck::report(Kind kind, const OpenedBatch& batch, std::string detail) {
  findings_.add({.kind = kind,
                 .space = key_.space,
                 .partition = key_.partition,
                 .offset = batch.base(),
                 .spot = batch.spot(),
                 .detail = std::move(detail)});
}

void LogCheck::check(const FoundHead& head) {
  auto wrong = [&](std::string detail) {
    findings_.add({.kind = Kind::kFile,
                   .space = key_.space,
                   .partition = key_.partition,
                   .offset = head.begin.offset,
                   .spot = head.spot,
                   .detail = std::move(detail)});
  };
  if (!began_) {
    began_ = true;
    start_ = head.begin.offset;
    cut_ = start_ > Offset(0);
    at_ = head.begin;
    terms_.clear();
    remark_cut();
    return;
  }
  if (lost_) return;
  if (head.begin.offset != at_.offset)
    return wrong(fmt::format("the segment begins at offset {}, the log before it ends at {}",
                             head.begin.offset.value(), at_.offset.value()));
  if (head.begin.chain != at_.chain) return wrong("the segment's head has another chain");
  if (head.begin.time != at_.time) wrong("the segment's head has another time");
  for (const auto& [topic, seq] : head.begin.next_seqs) {
    // Behind what was lost a topic's seq may not be known.
    if (cut_) at_.next_seqs.try_emplace(topic, seq);
    if (at_.next_seqs[topic] != seq)
      return wrong(fmt::format("the segment's head says seq {} of topic {}, it is {}", seq.value(),
                               topic.value(), at_.next_seqs[topic].value()));
  }
}

void LogCheck::remark_cut() {
  if (cut_)
    findings_.remark(
        fmt::format("partition {} begins at offset {}: what stood before was removed "
                    "by retention and is not verified",
                    key_.partition.value(), start_.value()));
}

// Takes what a batch says of itself, where what stood before it is not known.
void LogCheck::begin(const wire::BatchHeader& header) {
  at_.offset = header.place().base_offset;
  at_.time = header.place().time;
  for (size_t i = 0; i < header.topics().size(); ++i)
    at_.next_seqs[header.topics()[i].topic] = header.base_seq(i);
}

void LogCheck::check(const OpenedBatch& batch) {
  const wire::BatchHeader& header = batch.header();
  bool believes = lost_;
  if (!began_) {
    began_ = true;
    start_ = batch.base();
    cut_ = believes = start_ > Offset(0);
    remark_cut();
  }
  if (believes) {
    // Everything derived from what is missing is not known any more.
    for (auto& [id, app] : apps_) app = App{.claim = app.claim, .next_step = {}, .position = {}};
    at_.next_seqs.clear();
    producers_.clear();
    producers_by_age_.clear();
    links_.clear();
    cut_ = true;
    begin(header);
  }
  check_place(batch);
  bool gap = at_.offset != batch.base();
  if (gap) begin(header);
  if (!believes && !gap && header.chain_after(at_.chain) != header.chain())
    report(Kind::kChain, batch, "the chain recomputed from the bytes is not the one in the header");
  check_seqs(batch);
  if (terms_.empty() || terms_.back().second != header.place().term)
    terms_.emplace_back(batch.base(), header.place().term);
  check_guard(batch);
  check_writers(batch);
  lost_ = false;
  at_.offset = batch.end();
  at_.chain = header.chain();
  at_.time = std::max(at_.time, batch.time());
  term_ = header.place().term;
  forget_producers();
}

void LogCheck::check_place(const OpenedBatch& batch) {
  const wire::Place& place = batch.header().place();
  if (place.space != key_.space || place.partition != key_.partition)
    report(Kind::kPlace, batch,
           fmt::format("a batch of space {} partition {}", place.space.value(),
                       place.partition.value()));
  if (place.base_offset != at_.offset)
    report(Kind::kOffset, batch,
           fmt::format("the log before it ends at offset {}", at_.offset.value()));
  if (place.term < term_)
    report(Kind::kTerm, batch,
           fmt::format("term {} behind term {}", place.term.value(), term_.value()));
  if (place.time < at_.time)
    report(Kind::kTime, batch, fmt::format("{} behind {}", to_text(place.time), to_text(at_.time)));
}

void LogCheck::check_seqs(const OpenedBatch& batch) {
  const auto& topics = batch.header().topics();
  for (size_t i = 0; i < topics.size(); ++i) {
    auto [next, is_new] = at_.next_seqs.try_emplace(topics[i].topic, Seq(0));
    Seq base = batch.header().base_seq(i);
    if (base != next->second && !(is_new && cut_))
      report(Kind::kSeq, batch,
             fmt::format("topic {} goes on with seq {}, the next is {}", topics[i].topic.value(),
                         base.value(), next->second.value()));
    next->second = base + topics[i].records;
  }
}

void LogCheck::check_guard(const OpenedBatch& batch) {
  const wire::Guard& guard = batch.header().guard();
  if (const auto* claim = std::get_if<wire::ClaimGuard>(&guard)) return check(*claim, batch);
  if (const auto* step = std::get_if<wire::StepGuard>(&guard)) return check(*step, batch);
  if (const auto* producer = std::get_if<wire::ProducerGuard>(&guard))
    return check(*producer, batch);
  if (const auto* link = std::get_if<wire::LinkGuard>(&guard)) check(*link, batch);
}

void LogCheck::check(const wire::ClaimGuard& guard, const OpenedBatch& batch) {
  App& app = apps_[guard.app];
  if (app.claim && guard.epoch <= app.claim->epoch)
    report(Kind::kClaim, batch,
           fmt::format("a claim of epoch {} behind one of {}", guard.epoch.value(),
                       app.claim->epoch.value()));
  if (!app.claim && !cut_ && !app.next_step) {
    app.next_step = StepNumber(0);
    app.position = Offset(0);
  }
  app.claim = guard;
  if (guard.reset_to) app.position = *guard.reset_to;
  const wire::Section* claims = batch.section_of(wire::kClaimsTopic);
  wire::ClaimRecordBytes expected = wire::encode_claim_record(guard);
  bool same = false;
  if (claims) {
    wire::RecordView record = claims->read().next();
    same = record.value && equal(*record.value, Bytes(expected));
  }
  if (!same) report(Kind::kClaim, batch, "the claim record is not the guard's");
}

void LogCheck::check(const wire::StepGuard& guard, const OpenedBatch& batch) {
  App& app = apps_[guard.app];
  bool owned = app.claim ? app.claim->epoch == guard.epoch && !app.claim->reset_to : cut_;
  if (!owned)
    report(Kind::kEpoch, batch,
           app.claim
               ? fmt::format("step {} of epoch {}, the last claim is of {}", guard.number.value(),
                             guard.epoch.value(), app.claim->epoch.value())
               : fmt::format("step {} without a claim", guard.number.value()));
  if (app.next_step && guard.number != *app.next_step)
    report(Kind::kStepNumber, batch,
           fmt::format("step {}, the next is {}", guard.number.value(), app.next_step->value()));
  check_range(guard, app, batch);
  check_record(guard, batch);
  app.next_step = guard.number.next();
  app.position = guard.to;
}

void LogCheck::check_range(const wire::StepGuard& guard, const App& app, const OpenedBatch& batch) {
  if (app.position && guard.from != *app.position)
    report(Kind::kStepRange, batch,
           fmt::format("step {} begins at {}, the position is {}", guard.number.value(),
                       guard.from.value(), app.position->value()));
  if (guard.to < guard.from || guard.to > batch.base() || guard.witness >= batch.base())
    report(Kind::kStepRange, batch,
           fmt::format("step {} from {} to {} with witness {} does not lie before it",
                       guard.number.value(), guard.from.value(), guard.to.value(),
                       guard.witness.value()));
  bool is_known = !cut_ || guard.witness >= start_;
  std::optional<Term> term = term_at(guard.witness);
  if (is_known && term && *term != guard.input_term)
    report(Kind::kStepTerm, batch,
           fmt::format("step {} names term {} for offset {}, it is {}", guard.number.value(),
                       guard.input_term.value(), guard.witness.value(), text(term)));
}

void LogCheck::check_record(const wire::StepGuard& guard, const OpenedBatch& batch) {
  const wire::Section* steps = batch.section_of(wire::kStepsTopic);
  if (!steps) return report(Kind::kStepRecord, batch, "a step without its record");
  wire::RecordView record = steps->read().next();
  if (auto decoded = wire::decode_step_record(record, guard); !decoded)
    return report(Kind::kStepRecord, batch, decoded.error().detail);
  if (record.place != 0) report(Kind::kStepRecord, batch, "the step record is not the first");
}

void LogCheck::check(const wire::ProducerGuard& guard, const OpenedBatch& batch) {
  auto [found, is_new] = producers_.try_emplace(guard.producer);
  Producer& producer = found->second;
  if (guard.sequence != producer.next_sequence && !(is_new && cut_))
    report(Kind::kProducer, batch,
           fmt::format("sequence {} of a producer whose next is {}", guard.sequence,
                       producer.next_sequence));
  if (!is_new) producers_by_age_.erase({producer.last_time, guard.producer});
  producer = {.next_sequence = guard.sequence + 1, .last_time = batch.time()};
  producers_by_age_.insert({producer.last_time, guard.producer});
}

void LogCheck::check(const wire::LinkGuard& guard, const OpenedBatch& batch) {
  auto [stored, is_new] =
      links_.try_emplace({guard.source_space, guard.source_partition, guard.source_topic}, Seq(0));
  if (guard.from != stored->second && !(is_new && cut_))
    report(Kind::kLink, batch,
           fmt::format("a link brings seqs from {}, the next is {}", guard.from.value(),
                       stored->second.value()));
  stored->second = guard.to;
}

// Of the kind that the topic was made for; the reserved ones by their own.
void LogCheck::check_writers(const OpenedBatch& batch) {
  using wire::GuardKind;
  const wire::BatchHeader& header = batch.header();
  GuardKind guard = wire::kind_of(header.guard());
  bool control = header.kind() == wire::BatchKind::kControl;
  for (const wire::TopicEntry& entry : header.topics()) {
    auto refuse = [&](std::string_view who) {
      report(Kind::kWriter, batch,
             fmt::format("topic {} is written by {} alone", entry.topic.value(), who));
    };
    if (entry.topic == wire::kControlTopic) {
      if (!control) refuse("the log itself");
    } else if (entry.topic == wire::kClaimsTopic) {
      if (guard != GuardKind::kClaim) refuse("claims");
    } else if (entry.topic == wire::kStepsTopic) {
      if (guard != GuardKind::kStep) refuse("steps");
    } else if (const wire::TopicInfo* info =
                   catalog_ ? catalog_->topic(key_.space, entry.topic) : nullptr) {
      if (info->writer == wire::WriterKind::kLinks && guard != GuardKind::kLink) refuse("links");
      if (info->writer == wire::WriterKind::kProducers && guard != GuardKind::kNone &&
          guard != GuardKind::kProducer)
        refuse("outside producers");
      const wire::StepGuard* step = batch.step();
      if (info->writer == wire::WriterKind::kApp && (!step || step->app != info->app))
        refuse("its app");
    }
  }
}

// As the partition does: by log time.
void LogCheck::forget_producers() {
  auto age = std::chrono::duration_cast<std::chrono::microseconds>(limits::kProducerExpiry);
  while (!producers_by_age_.empty() && producers_by_age_.begin()->first + age < at_.time) {
    producers_.erase(producers_by_age_.begin()->second);
    producers_by_age_.erase(producers_by_age_.begin());
  }
}

std::optional<Term> LogCheck::term_at(Offset offset) const {
  auto behind = std::ranges::upper_bound(terms_, offset, {}, &std::pair<Offset, Term>::first);
  if (behind == terms_.begin()) return std::nullopt;
  return std::prev(behind)->second;
}

}  // namespace usher::audit

#include "broker/partition/derived_state.h"

#include <chrono>

#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::partition {
namespace {

void remember(std::deque<Remembered>& last, size_t most, const wire::BatchHeader& header) {
  last.push_back({header.guard(), content_of(header), receipt_of(header)});
  if (last.size() > most) last.pop_front();
}

}  // namespace

Sha256 content_of(const wire::BatchHeader& header) {
  std::vector<std::byte> hashes;
  for (const wire::TopicEntry& entry : header.topics())
    hashes.insert(hashes.end(), entry.sha256.value.begin(), entry.sha256.value.end());
  return sha256(Bytes(hashes));
}

void DerivedState::apply(const wire::BatchHeader& header) {
  CHECK(header.place().base_offset == end_, "batches come in their order");
  CHECK(header.place().time >= last_time_, "time does not go back");
  for (size_t i = 0; i < header.topics().size(); ++i) {
    const wire::TopicEntry& entry = header.topics()[i];
    CHECK(header.base_seq(i) == next_seq(entry.topic), "seqs are dense");
    next_seqs_[entry.topic] = header.base_seq(i) + entry.records;
  }
  end_ = header.end_offset();
  chain_ = header.chain();
  last_time_ = header.place().time;
  std::visit([&](const auto& guard) { apply(guard, header); }, header.guard());
  expire_producers();
}

void DerivedState::apply(const wire::ProducerGuard& guard, const wire::BatchHeader& header) {
  ProducerState& state = producers_[guard.producer];
  producers_by_age_.erase({state.last_time, guard.producer});
  state.next_sequence = guard.sequence + 1;
  state.last_time = last_time_;
  producers_by_age_.insert({state.last_time, guard.producer});
  remember(state.batches, limits::kProducerReceipts, header);
}

void DerivedState::apply(const wire::ClaimGuard& guard, const wire::BatchHeader& header) {
  AppState& app = apps_[guard.app];
  app.claim = guard;
  app.claimed = receipt_of(header);
  if (guard.reset_to) app.position = *guard.reset_to;
}

void DerivedState::apply(const wire::StepGuard& guard, const wire::BatchHeader& header) {
  AppState& app = apps_[guard.app];
  app.position = guard.to;
  app.last_number = guard.number;
  remember(app.steps, limits::kStepReceipts, header);
}

void DerivedState::apply(const wire::LinkGuard& guard, const wire::BatchHeader&) {
  links_[key_of(guard)] = guard.to;
}

// By log time, so that every replica forgets the same ones at the same batch.
void DerivedState::expire_producers() {
  auto age = std::chrono::duration_cast<std::chrono::microseconds>(limits::kProducerExpiry);
  while (!producers_by_age_.empty() && producers_by_age_.begin()->first + age < last_time_) {
    producers_.erase(producers_by_age_.begin()->second);
    producers_by_age_.erase(producers_by_age_.begin());
  }
}

Seq DerivedState::next_seq(TopicId topic) const {
  auto next = next_seqs_.find(topic);
  return next == next_seqs_.end() ? Seq(0) : next->second;
}

const AppState* DerivedState::app(AppId app) const {
  auto found = apps_.find(app);
  return found == apps_.end() ? nullptr : &found->second;
}

const ProducerState* DerivedState::producer(const wire::ProducerId& producer) const {
  auto found = producers_.find(producer);
  return found == producers_.end() ? nullptr : &found->second;
}

Seq DerivedState::linked(const LinkKey& link) const {
  auto found = links_.find(link);
  return found == links_.end() ? Seq(0) : found->second;
}

}  // namespace usher::partition

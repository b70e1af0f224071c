// Reads: from the tail at once, from segments when the disk has answered. What is served is a
// prefix of one log either way.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "broker/partition/control_batch.h"
#include "broker/partition/partition.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/planted.h"

namespace usher::partition {
namespace {

bool is_wanted(const FetchRequest& request, const wire::BatchHeader& header) {
  return request.topics.empty() ||
         std::ranges::any_of(header.topics(), [&](const wire::TopicEntry& entry) {
           return std::ranges::find(request.topics, entry.topic) != request.topics.end();
         });
}

// Puts one batch after the other into an answer, as far as the request's bounds allow.
class Filling {
 public:
  Filling(const FetchRequest& request, FetchAnswer& answer) : request_(request), answer_(answer) {}

  // False: the answer is full, the batch is not in it.
  bool add(const wire::Batch& batch) {
    const wire::BatchHeader& header = batch.header();
    if (scanned_bytes_ >= limits::kFetchScanBytes) return false;
    bool wanted = is_wanted(request_, header);
    bool over = bytes_ + header.batch_bytes() > request_.bytes_max;
    if (wanted && over && !answer_.batches.empty()) return false;
    answer_.scanned = header.end_offset();
    answer_.scanned_term = header.place().term;
    scanned_bytes_ += header.batch_bytes();
    if (!wanted) return true;
    bytes_ += header.batch_bytes();
    answer_.batches.push_back(batch);
    return true;
  }

 private:
  const FetchRequest& request_;
  FetchAnswer& answer_;
  uint64_t bytes_ = 0;
  uint64_t scanned_bytes_ = 0;
};

}  // namespace

void Partition::fetch(FetchRequest request, io::Done<FetchAnswer> done) {
  Result<FetchAnswer> answer = begin_answer(request);
  if (Error refusal; !serves(request, refusal)) {
    answer = fail(std::move(refusal));
  } else if (request.from < tail_.start()) {
    return fetch_stored(std::move(request), std::move(done));
  } else if (const wire::Batch* first = tail_.find(request.from)) {
    bool all = request.uncommitted || planted(Bug::kServeUncommitted);
    Filling filling(request, *answer);
    tail_.each(first->header().place().base_offset, all ? tail_.end() : node_.commit(),
               [&](const wire::Batch& batch) { return filling.add(batch); });
  }
  // Never inside the call that asked.
  scheduler_.post(
      [done = std::move(done), answer = std::move(answer)]() mutable { done(std::move(answer)); });
}

FetchAnswer Partition::begin_answer(const FetchRequest& request) const {
  return {.batches = {}, .scanned = request.from, .scanned_term = {}, .commit = node_.commit()};
}

bool Partition::serves(const FetchRequest& request, Error& refusal) const {
  if (request.uncommitted && node_.standing().role != raft::Role::kLeader) {
    refusal = {ErrorCode::NOT_LEADER, leader_in_words()};
    return false;
  }
  if (request.from < log_start()) {
    refusal = {ErrorCode::OFFSET_GONE,
               fmt::format("offset {}; the first is {}", request.from.value(), log_start().value()),
               log_start().value()};
    return false;
  }
  bool compares = request.continues && request.from > log_start();
  if (compares && term_of(request.from - 1) != request.continues &&
      !planted(Bug::kFetchWithoutTerms)) {
    refusal = {
        ErrorCode::INPUT_GONE,
        fmt::format("offset {} does not stand in term {}; the log ends at {}",
                    request.from.value() - 1, request.continues->value(), tail_.end().value()),
        tail_.end().value()};
    return false;
  }
  return true;
}

// What stands in segments is committed: it is the same in every log that goes on.
void Partition::fetch_stored(FetchRequest request, io::Done<FetchAnswer> done) {
  log::Read asked{.from = request.from, .limit = node_.commit()};
  if (request.topics.empty())
    asked.bytes_max = std::min<uint64_t>(request.bytes_max, asked.bytes_max);
  auto read = [this, alive = alive_, request = std::move(request),
               done = std::move(done)](Result<std::vector<wire::Batch>> batches) mutable {
    if (!*alive) return;
    if (!batches) return done(fail(batches.error()));
    FetchAnswer answer = begin_answer(request);
    Filling filling(request, answer);
    for (const wire::Batch& batch : *batches)
      if (!filling.add(batch)) break;
    done(std::move(answer));
  };
  segments_->read(asked, std::move(read));
}

void Partition::offset_at(WallTime time, io::Done<Offset> done) {
  Offset commit = node_.commit();
  Offset found = commit;
  tail_.each(std::max(tail_.start(), log_start()), commit, [&](const wire::Batch& batch) {
    if (batch.header().place().time < time) return true;
    found = batch.header().place().base_offset;
    return false;
  });
  // Only where it is the tail's first may an earlier one be of that time too.
  if (segments_ && tail_.start() > log_start() && found == tail_.start())
    return segments_->offset_at(time, std::move(done));
  scheduler_.post([found, done = std::move(done)]() mutable { done(found); });
}

// A follower that lags behind the tail.
void Partition::replicate_stored(const raft::Replicate& order) {
  log::Read asked{.from = order.prev.end, .limit = at_commit_.end(), .bytes_max = order.bytes_max};
  auto read = [this, alive = alive_, order](Result<std::vector<wire::Batch>> batches) {
    if (!*alive) return;
    // A damaged segment: the follower waits until it is healed, or another leads.
    if (!batches) return carry_out(node_.not_picked(order, now()));
    uint64_t bytes = 0;
    for (const wire::Batch& batch : *batches) bytes += batch.header().batch_bytes();
    Duration wait = options_.catch_up ? options_.catch_up->hold_back(bytes, now()) : Duration(0);
    if (wait == Duration(0)) return pick_stored(order, *batches);
    scheduler_.after(wait, [this, still = alive_, order, held = std::move(*batches)] {
      if (*still) pick_stored(order, held);
    });
  };
  segments_->read(asked, read);
}

void Partition::pick_stored(const raft::Replicate& order, const std::vector<wire::Batch>& batches) {
  for (const wire::Batch& batch : batches)
    read_back_.emplace(batch.header().place().base_offset, batch);
  picked(order, batches);
  read_back_.clear();
}

void Partition::picked(const raft::Replicate& order, const std::vector<wire::Batch>& batches) {
  raft::Picked picked;
  for (const wire::Batch& batch : batches | std::views::take(limits::kReplicateBatches)) {
    auto entry = entry_of(batch);
    CHECK(entry.has_value(), "it was checked when it was appended");
    picked.entries.push_back(std::move(*entry));
    picked.bytes += batch.header().batch_bytes();
  }
  carry_out(picked.entries.empty() ? node_.not_picked(order, now())
                                   : node_.picked(order, std::move(picked), now()));
}

}  // namespace usher::partition

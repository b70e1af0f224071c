#include "processors/memory_log.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::processors {
namespace {

constexpr Term kTerm{1};
// A fetch without news looks again this often; time is moved by hand, so it costs nothing.
constexpr Duration kLook = 1ms;

bool has_any(const wire::Batch& batch, const std::vector<TopicId>& topics) {
  return topics.empty() || std::ranges::any_of(batch.header().topics(), [&](const auto& entry) {
           return std::ranges::find(topics, entry.topic) != topics.end();
         });
}

}  // namespace

Result<void> MemoryLog::judge(const wire::Guard& guard) {
  if (const auto* claim = std::get_if<wire::ClaimGuard>(&guard)) {
    App& app = apps_[claim->app];
    if (claim->epoch <= app.epoch) return fail(ErrorCode::FENCED, "the last claim is newer");
    app.epoch = claim->epoch;
  }
  if (const auto* step = std::get_if<wire::StepGuard>(&guard)) {
    App& app = apps_[step->app];
    if (step->epoch != app.epoch) return fail(ErrorCode::FENCED, "the last claim is newer");
    CHECK(step->number == app.next_step && step->from == app.position && step->to <= end_);
    app.next_step = step->number.next();
    app.position = step->to;
  }
  if (const auto* link = std::get_if<wire::LinkGuard>(&guard)) {
    Seq& linked = links_[{link->source_space, link->source_partition, link->source_topic}];
    if (link->from != linked)
      return fail(ErrorCode::LINK_OUT_OF_PLACE, "it continues elsewhere", linked.value());
    linked = link->to;
  }
  return {};
}

Receipt MemoryLog::place(const wire::Batch& batch) {
  std::vector<Seq> seqs;
  for (const wire::TopicEntry& entry : batch.header().topics()) {
    Seq& next = next_seqs_[entry.topic];
    seqs.push_back(next);
    next = next + entry.records;
  }
  time_ = std::max(time_, scheduler_.clock().wall());
  wire::Place place{.space = SpaceId(1),
                    .partition = PartitionId(0),
                    .term = kTerm,
                    .base_offset = end_,
                    .time = time_};
  auto header = wire::BatchHeader::decode(wire::seal(batch.header(), place, seqs, chain_));
  CHECK(header.has_value(), "what is sealed can be read");
  chain_ = header->chain();
  end_ = header->end_offset();
  batches_.push_back(batch.with_header(std::move(*header)));
  return {.base = place.base_offset, .end = end_, .term = kTerm, .time = time_, .chain = chain_};
}

void MemoryLog::append(wire::Batch batch, Answer<Receipt> answer) {
  CHECK(batch.check_whole().has_value(), "what is built is whole");
  Result<Receipt> result = Receipt();
  if (auto taken = judge(batch.header().guard()); !taken)
    result = fail(taken.error());
  else
    result = place(batch);
  scheduler_.post(life_.wrap([answer = std::move(answer), result = std::move(result)]() mutable {
    answer(std::move(result));
  }));
}

FetchAnswer MemoryLog::read(const FetchRequest& request) const {
  FetchAnswer found{.batches = {}, .scanned = request.from, .scanned_term = {}, .commit = end_};
  uint64_t bytes = 0;
  auto at = std::ranges::upper_bound(batches_, request.from, {}, [](const wire::Batch& batch) {
    return batch.header().end_offset();
  });
  for (; at != batches_.end(); ++at) {
    bool wanted = has_any(*at, request.topics);
    bytes += wanted ? at->header().batch_bytes() : 0;
    if (wanted && !found.batches.empty() && bytes > request.bytes_max) break;
    if (wanted) found.batches.push_back(*at);
    found.scanned = at->header().end_offset();
    found.scanned_term = kTerm;
  }
  return found;
}

void MemoryLog::fetch(FetchRequest request, Answer<FetchAnswer> answer) {
  if (end_ > request.from || request.wait_max <= Duration::zero())
    return scheduler_.post(
        life_.wrap([answer = std::move(answer), found = read(request)]() mutable {
          answer(std::move(found));
        }));
  request.wait_max -= kLook;
  scheduler_.after(
      kLook, life_.wrap([this, request = std::move(request), answer = std::move(answer)]() mutable {
        fetch(std::move(request), std::move(answer));
      }));
}

void MemoryLog::read_index(AppId app, Answer<ReadIndex> answer) {
  const App& known = apps_[app];
  ReadIndex index{.commit = end_,
                  .newest_claim = known.epoch,
                  .position = known.position,
                  .next_step = known.next_step};
  scheduler_.post(life_.wrap([answer = std::move(answer), index]() mutable { answer(index); }));
}

}  // namespace usher::processors

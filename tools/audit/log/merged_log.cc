#include "tools/audit/log/merged_log.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::audit {

void MergedLog::add(std::string name, std::unique_ptr<BatchStream> stream) {
  replicas_.push_back(std::make_unique<Replica>(
      Replica{std::move(name), std::move(stream), LogCheck(key_, catalog_, findings_)}));
}

// The replica's next batch that can be read, checked against those before it.
Result<void> MergedLog::advance(Replica& replica) {
  replica.next.reset();
  while (!replica.next) {
    TRY_ASSIGN(auto found, replica.stream->next());
    for (const FoundHead& head : replica.stream->take_heads()) replica.check.check(head);
    if (replica.stream->take_lost()) replica.check.lost();
    if (!found) return {};
    Offset base = found->batch.header().place().base_offset;
    Spot spot = found->spot;
    auto opened = OpenedBatch::open(std::move(*found));
    if (opened) {
      replica.next.emplace(std::move(*opened));
      continue;
    }
    findings_.add({.kind = Kind::kBatch,
                   .space = key_.space,
                   .partition = key_.partition,
                   .offset = base,
                   .spot = std::move(spot),
                   .detail = opened.error().detail});
    replica.check.lost();
  }
  replica.check.check(*replica.next);
  return {};
}

std::vector<MergedLog::Replica*> MergedLog::lowest() {
  std::vector<Replica*> found;
  for (const auto& replica : replicas_) {
    if (!replica->next) continue;
    if (!found.empty() && replica->next->base() > found.front()->next->base()) continue;
    if (!found.empty() && replica->next->base() < found.front()->next->base()) found.clear();
    found.push_back(replica.get());
  }
  auto votes = [&](const Replica* replica) {
    return std::ranges::count_if(found, [&](const Replica* other) {
      return other->next->header().chain() == replica->next->header().chain();
    });
  };
  if (found.size() > 1)
    std::ranges::stable_sort(found, [&](const Replica* a, const Replica* b) {
      if (a->differs != b->differs) return b->differs;
      return votes(a) > votes(b);
    });
  return found;
}

void MergedLog::compare(const std::vector<Replica*>& at_one_offset) {
  const Replica& right = *at_one_offset.front();
  for (Replica* replica : at_one_offset) {
    if (replica->differs || right.differs || replica == &right) continue;
    if (equal(replica->next->header().bytes(), right.next->header().bytes())) continue;
    replica->differs = true;
    findings_.add({.kind = Kind::kReplica,
                   .space = key_.space,
                   .partition = key_.partition,
                   .offset = replica->next->base(),
                   .spot = replica->next->spot(),
                   .detail = fmt::format("the batch in {} is another than the one in {}; what "
                                         "follows is not compared",
                                         replica->name, right.name)});
  }
}

Result<LogSums> MergedLog::read(const std::vector<LogReader*>& readers,
                                const std::function<bool()>& stop) {
  LogSums sums;
  for (const auto& replica : replicas_) TRY(advance(*replica));
  for (auto found = lowest(); !found.empty() && !stop(); found = lowest()) {
    compare(found);
    const OpenedBatch& batch = *found.front()->next;
    // What a replica that differs has behind the others' place is its own.
    bool is_next = !end_ || batch.base() >= *end_;
    if (is_next) {
      if (!end_)
        sums.start = batch.base();
      else if (batch.base() > *end_)
        for (LogReader* reader : readers) reader->hole(*end_, batch.base());
      for (LogReader* reader : readers) reader->take(batch);
      end_ = sums.end = batch.end();
      sums.chain = batch.header().chain();
      ++sums.batches;
      sums.records += batch.header().records();
      sums.bytes += batch.header().batch_bytes();
    }
    for (Replica* replica : found) TRY(advance(*replica));
  }
  return sums;
}

}  // namespace usher::audit

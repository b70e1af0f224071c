#include "broker/journal/replay.h"

#include <fmt/format.h>

#include "proto/base/planted.h"
#include "proto/wire/batch_header.h"

namespace usher::journal {
namespace {

std::unexpected<Error> contradiction(PartitionKey key, Offset at, std::string_view what) {
  return fail(ErrorCode::JOURNAL_CORRUPT,
              fmt::format("space {} partition {} offset {}: {}", key.space.value(),
                          key.partition.value(), at.value(), what));
}

// Does a batch of the tail reach into [first, end)?
bool overlaps(const std::map<Offset, RecoveredBatch>& tail, Offset first, Offset end) {
  auto behind = tail.lower_bound(end);
  return behind != tail.begin() && std::prev(behind)->second.end > first;
}

Result<void> place(RecoveredPartition& partition, const Entry& entry) {
  auto header = wire::BatchHeader::decode(entry.header);
  if (!header || !header->sealed() || header->batch_bytes() != entry.header.size())
    return contradiction(entry.partition, Offset(0), "a batch entry that holds no placed batch");
  Offset first = header->place().base_offset;
  RecoveredBatch batch{
      .bytes = entry.header, .term = header->place().term, .end = header->end_offset()};
  if (entry.kind == EntryKind::kCopy) {
    // The copy was made of a batch that was in the log then: it stands here already, or stood in a
    // file that has been recycled since.
    auto there = partition.tail.find(first);
    if (planted(Bug::kCopyOverwrites))
      partition.tail.erase(partition.tail.lower_bound(first), partition.tail.end());
    else if (there != partition.tail.end() && there->second.term == batch.term)
      return {};
  }
  if (overlaps(partition.tail, first, batch.end))
    return contradiction(entry.partition, first, "a batch over another that was not cut off");
  partition.tail.emplace(first, std::move(batch));
  return {};
}

Result<void> truncate(RecoveredPartition& partition, const Entry& entry) {
  auto from = partition.tail.lower_bound(entry.from);
  if (from != partition.tail.begin() && std::prev(from)->second.end > entry.from)
    return contradiction(entry.partition, entry.from, "a truncation inside a batch");
  partition.tail.erase(from, partition.tail.end());
  return {};
}

}  // namespace

Result<void> Replay::apply(const Entry& entry) {
  RecoveredPartition& partition = partitions_[entry.partition];
  switch (entry.kind) {
    case EntryKind::kBatch:
    case EntryKind::kCopy:
      return place(partition, entry);
    case EntryKind::kTruncate:
      return truncate(partition, entry);
    case EntryKind::kRestart:
      partition.tail.clear();
      partition.state = entry.state;
      return {};
    case EntryKind::kState:
      partition.state = entry.state;
      return {};
  }
  return fail(ErrorCode::JOURNAL_CORRUPT, "an entry of no kind");
}

Result<Recovered> Replay::finish() && {
  for (auto& [key, partition] : partitions_) {
    std::erase_if(partition.tail,
                  [&](const auto& batch) { return batch.second.end <= partition.state.stored; });
    Offset expected = partition.tail.empty() ? Offset(0) : partition.tail.begin()->first;
    if (!partition.tail.empty() && expected > partition.state.stored)
      return contradiction(key, partition.state.stored,
                           "the log between segments and journal is gone");
    for (const auto& [first, batch] : partition.tail) {
      if (first != expected) return contradiction(key, expected, "a hole in the journal's tail");
      expected = batch.end;
    }
  }
  return std::move(partitions_);
}

}  // namespace usher::journal

// A replica begins where segments and journal left it: what stands in segments is committed, what
// the journal holds behind it is the tail, committed as far as the journal knows.
#include <algorithm>

#include <fmt/format.h>

#include "broker/partition/control_batch.h"
#include "broker/partition/partition.h"
#include "proto/base/check.h"

namespace usher::partition {
namespace {

wire::Batch batch_of(const journal::RecoveredBatch& recovered) {
  auto batch = wire::Batch::decode(recovered.bytes);
  CHECK(batch.has_value(), "the journal has checked it");
  return std::move(*batch);
}

// Does the journal go on where the segments end?
Result<void> check_seam(const journal::RecoveredPartition& recovered, const StoredLog& stored) {
  Offset end = stored.state.end();
  auto behind = recovered.tail.lower_bound(end);
  auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::SEGMENT_CORRUPT,
                fmt::format("the segments end at offset {}: {}", end.value(), why));
  };
  if (behind != recovered.tail.begin() && std::prev(behind)->second.end > end)
    return wrong("the journal has a batch that goes across it");
  if (behind == recovered.tail.end()) return {};
  if (behind->first != end) return wrong("the journal has nothing from there on");
  wire::BatchHeader header = batch_of(behind->second).header();
  if (header.chain() != header.chain_after(stored.state.chain()))
    return wrong("the journal goes on with another chain");
  return {};
}

}  // namespace

void Partition::open(Scheduler& scheduler, io::Disk& disk, journal::Journal& journal, Peers& peers,
                     Options options, const SegmentsPlace& place,
                     journal::RecoveredPartition recovered, Random random,
                     io::Done<std::unique_ptr<Partition>> done) {
  auto stored = std::make_shared<StoredLog>(options.founded_with);
  log::Options log_options = place.options(options.key);
  Offset known = recovered.state.stored;
  auto opened = [&scheduler, &disk, &journal, &peers, options = std::move(options), place,
                 recovered = std::move(recovered), random, stored,
                 done = std::move(done)](Result<std::unique_ptr<log::Segments>> segments) mutable {
    if (!segments) return done(fail(segments.error()));
    if (auto seam = check_seam(recovered, *stored); !seam) return done(fail(seam.error()));
    auto partition = std::make_unique<Partition>(scheduler, journal, peers, std::move(options),
                                                 std::move(recovered), random, std::move(*segments),
                                                 std::move(*stored));
    partition->disk_ = &disk;
    partition->place_ = place;
    done(std::move(partition));
  };
  log::Segments::open(scheduler, disk, std::move(log_options), known, stored, std::move(opened));
}

raft::Restored Partition::restored(const journal::RecoveredPartition& recovered,
                                   StoredLog& stored) const {
  raft::Restored restored;
  restored.hard_state.term = recovered.state.term;
  if (recovered.state.vote != 0) restored.hard_state.vote = raft::ReplicaId(recovered.state.vote);
  restored.terms = std::move(stored.terms);
  restored.memberships =
      segments_ ? std::move(stored.memberships) : raft::MembershipHistory(options_.founded_with);
  for (const auto& [base, found] : recovered.tail) {
    if (base < stored.state.end()) continue;
    auto entry = entry_of(batch_of(found));
    CHECK(entry.has_value(), "it was checked when it was appended");
    restored.terms.append(entry->position());
    if (entry->membership) restored.memberships.append(entry->first, *entry->membership);
  }
  restored.commit = std::max(recovered.state.commit, stored.state.end());
  if (segments_ && segments_->start() > restored.terms.start().end) {
    restored.terms.forget_before(segments_->start());
    restored.memberships.forget_before(segments_->start());
  }
  return restored;
}

void Partition::take_over_tail(const journal::RecoveredPartition& recovered) {
  for (const auto& [base, found] : recovered.tail) {
    if (base < at_end_.end()) continue;
    wire::Batch batch = batch_of(found);
    if (batch.header().end_offset() <= node_.commit()) {
      store(batch);
      at_commit_.apply(batch.header());
    } else {
      uncommitted_bytes_ += batch.header().batch_bytes();
    }
    at_end_.apply(batch.header());
    tail_.append(std::move(batch));
  }
}

}  // namespace usher::partition

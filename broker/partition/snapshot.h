// What a replica knows of the committed log at one offset, as bytes: every segment begins with one,
// so that a start folds no older segment. docs/formats/snapshot.md.
#pragma once

#include "broker/log/segments.h"
#include "broker/partition/derived_state.h"
#include "broker/raft/membership_history.h"
#include "broker/raft/term_history.h"

namespace usher::partition {

struct Snapshot {
  DerivedState state;
  raft::TermHistory terms;  // up to the state's end
  raft::Membership membership;
};

Buffer encode_snapshot(const Snapshot& snapshot);
// SEGMENT_CORRUPT: the bytes say no snapshot. Their damage is the segment head's to notice.
Result<Snapshot> decode_snapshot(Bytes bytes);

// The committed log as the segments tell it at a start: the newest snapshot and what stands behind.
class StoredLog final : public log::Restoring {
 public:
  // Until a snapshot says otherwise.
  explicit StoredLog(raft::Membership founded_with) : memberships(std::move(founded_with)) {}

  Result<void> on_snapshot(Bytes snapshot) override;
  void on_batch(const wire::Batch& batch) override;
  Buffer snapshot() const override;

  DerivedState state;
  raft::TermHistory terms;
  raft::MembershipHistory memberships;
};

}  // namespace usher::partition

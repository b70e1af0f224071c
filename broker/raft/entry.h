// A batch as consensus sees it: which offsets it takes, in which term it was appended. What the
// bytes say is opaque, but for the membership that a control batch carries. Control batches take
// one offset.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/raft/membership.h"
#include "broker/raft/types.h"

namespace usher::raft {

enum class EntryKind : uint8_t { kRecords, kNewLeader, kMembership };

struct Entry {
  Term term;
  Offset first;
  Offset end;
  EntryKind kind = EntryKind::kRecords;
  std::optional<Membership> membership;  // with kMembership, and only then

  // The log's position once this batch is its last.
  LogPosition position() const { return {end, term}; }
  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace usher::raft

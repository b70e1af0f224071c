// The words of the consensus core: who takes part, where in a log one stands, and what a replica
// must never forget. Offsets are exclusive ends wherever they are called one: a log with the end 7
// holds the records 0 … 6.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "proto/base/ids.h"

namespace usher::raft {

// One data directory's membership in one group. A broker whose disk was lost comes back as another
// ReplicaId: what it said before is not remembered, so it may not be the one who said it.
using ReplicaId = Id<struct ReplicaIdTag, uint64_t>;

// Counts what the core asked the journal to write; the journal reports "durable up to" with it.
using WriteNumber = Ordinal<struct WriteNumberTag>;
// Counts what the core asked to be sent to a follower, so that a late report is known as late.
using OrderNumber = Ordinal<struct OrderNumberTag>;
// Counts rounds of linearizable reads; a read belongs to one.
using ReadNumber = Ordinal<struct ReadNumberTag>;

// A place in a log that two logs can compare: all records before `end`, the last of which has
// `term`. Two logs that hold the same position hold the same records before it. {0, 0} is every
// log's start.
struct LogPosition {
  Offset end;
  Term term;
  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

// Raft §5.4.1: the log whose last term is higher, or that is longer in the same term.
constexpr bool is_up_to_date(LogPosition candidate, LogPosition own) {
  return candidate.term != own.term ? candidate.term > own.term : candidate.end >= own.end;
}

// Must be durable before any message of its term leaves.
struct HardState {
  Term term;
  std::optional<ReplicaId> vote;
  friend bool operator==(const HardState&, const HardState&) = default;
};

enum class Role : uint8_t { kFollower, kPreCandidate, kCandidate, kLeader };

}  // namespace usher::raft

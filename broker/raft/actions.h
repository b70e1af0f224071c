// What the core asks of its driver. Every input returns Actions; all of them are to be carried out,
// in the order in which the members stand here, and those of one input before those of the next.
#pragma once

#include <optional>
#include <vector>

#include "broker/raft/messages.h"

namespace usher::raft {

// For the journal, in this order: hard state; the cut or the new start; the batches behind it.
// Writes become durable in the order of their numbers. The batches' bytes: what the driver
// proposed, what came with the message just stepped, or a control batch that the driver forms from
// the entry.
struct Write {
  WriteNumber number;
  std::optional<HardState> hard_state;
  std::optional<Offset> truncate_to;      // the log ends here
  std::optional<LogPosition> restart_at;  // the log is forgotten; one begins behind a snapshot
  std::vector<Entry> append;
};

// Pick whole batches from `prev.end` on, at least one and no more than bytes_max beyond it, from
// memory or disk, and hand them to picked(). Until picked() or not_picked() no other order comes
// for `to`.
struct Replicate {
  OrderNumber number;
  ReplicaId to;
  LogPosition prev;
  uint64_t bytes_max;
};

// What `to` needs is below the log's start: send a snapshot, then call snapshot_sent() or
// snapshot_failed(). It may take long; heartbeats go on.
struct SendSnapshot {
  OrderNumber number;
  ReplicaId to;
};

struct Standing {
  Role role = Role::kFollower;
  Term term;
  std::optional<ReplicaId> leader;
  friend bool operator==(const Standing&, const Standing&) = default;
};

// A linearizable read of this round may be answered once everything before `at` is applied. None:
// the leadership was lost meanwhile; ask the leader.
struct ReadDone {
  ReadNumber number;
  std::optional<Offset> at;
};

struct [[nodiscard]] Actions {
  std::optional<Write> write;
  std::vector<Message> send;  // may leave at once: the core held them back until they might
  std::vector<Replicate> replicate;
  std::vector<SendSnapshot> snapshots;
  std::optional<Offset> commit;      // moved up to here
  std::optional<Standing> standing;  // changed
  std::vector<ReadDone> reads;
};

}  // namespace usher::raft

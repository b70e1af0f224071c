// What replicas of a group say to each other, as values; the driver encodes them. Any message may
// be lost, doubled, late or out of order. `term` is the sender's, durable at the sender when it
// left.
#pragma once

#include <variant>
#include <vector>

#include "broker/raft/entry.h"
#include "broker/raft/types.h"
#include "proto/base/result.h"

namespace usher::raft {

// "Would you vote for me in the term after mine?" Changes nothing at either end.
struct PreVoteRequest {
  LogPosition last;
};
struct PreVoteReply {
  Term proposed;  // the term asked for
  bool granted = false;
};

struct VoteRequest {
  LogPosition last;
  // The leader asked for this election: it must not be protected from it.
  bool leader_agreed = false;
};
struct VoteReply {
  bool granted = false;
};

// The batches behind `prev`; none: "does what I sent you stand there?" The driver adds the bytes.
struct AppendRequest {
  LogPosition prev;
  std::vector<Entry> entries;
  Offset commit;
};
// All before `match` is on the follower's disk, and agrees with the leader's log.
struct AppendAccepted {
  Offset match;
};
// The follower does not hold `prev_end` in its term; it may agree with the leader up to `hint`.
struct AppendRejected {
  Offset prev_end;
  LogPosition hint;
};

// Answered at once, before any disk work: it says nothing of what was flushed.
struct Heartbeat {
  Offset commit;
  ReadNumber round;
};
struct HeartbeatReply {
  ReadNumber round;
};

// "You are level, and I want you to lead: campaign now."
struct CampaignNow {};

// The answer to a leader whose term is over; the sender's term says it all.
struct TermIsOver {};

struct Message {
  ReplicaId from;
  ReplicaId to;
  Term term;
  std::variant<PreVoteRequest, PreVoteReply, VoteRequest, VoteReply, AppendRequest, AppendAccepted,
               AppendRejected, Heartbeat, HeartbeatReply, CampaignNow, TermIsOver>
      body;
};

// What a decoder must ask before it hands a message to the core: BATCH_MALFORMED where the batches
// of an AppendRequest do not continue each other, or say what no leader says.
Result<void> check(const Message& message);

}  // namespace usher::raft

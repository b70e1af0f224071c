// What brokers say to each other: the messages of their partitions' replicas, many groups in one
// frame, and the conversation by which a cluster is founded once (docs/formats/protocol.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/protocol/cluster_id.h"

namespace usher::wire {

// As in broker/raft/messages.h, by the same numbers for ever.
enum class PeerMessageKind : uint16_t {
  kPreVoteRequest = 0,  // end, end_term: the log's last position
  kPreVoteReply = 1,    // round: the term proposed; yes: granted
  kVoteRequest = 2,     // end, end_term: the log's last position; yes: the leader agreed
  kVoteReply = 3,       // yes: granted
  kAppendRequest = 4,   // end, end_term: what they continue; commit; batches
  kAppendAccepted = 5,  // end: the match
  kAppendRejected = 6,  // commit: what was not held; end, end_term: may agree up to here
  kHeartbeat = 7,       // commit; round
  kHeartbeatReply = 8,  // round
  kCampaignNow = 9,
  kTermIsOver = 10,
  kSnapshot = 11,  // end, end_term: where it stands; round: bytes of the payload that are its own
  kSnapshotInstalled = 12,  // end, end_term: likewise
};

// A message of one replica to another. What stands in the numbers depends on the kind; the others
// are zero.
struct PeerMessage {
  SpaceId space = {};
  PartitionId partition = {};
  uint64_t from = 0;  // the data directories' incarnations
  uint64_t to = 0;
  Term term = {};
  PeerMessageKind kind = PeerMessageKind::kTermIsOver;
  bool yes = false;
  uint16_t batches = 0;  // how many of the payload's are this one's
  Offset end = {};
  Term end_term = {};
  Offset commit = {};
  uint64_t round = 0;
  friend bool operator==(const PeerMessage&, const PeerMessage&) = default;
};

// One way. The payload is the batches of all of them, one behind the other.
struct PeerMessages {
  ClusterId cluster = {};
  std::vector<PeerMessage> messages = {};
  friend bool operator==(const PeerMessages&, const PeerMessages&) = default;
};

// A broker with its data directory.
struct Founder {
  BrokerId broker = {};
  std::string endpoint = {};
  std::string rack = {};
  Incarnation incarnation = {};
  friend bool operator==(const Founder&, const Founder&) = default;
};

// The cluster that is to be, or is: who founded it, by broker id, rising.
struct FoundingPlan {
  ClusterId cluster = {};
  std::vector<Founder> founders = {};
  friend bool operator==(const FoundingPlan&, const FoundingPlan&) = default;
};

enum class FoundingStage : uint8_t { kEmpty = 0, kPrepared = 1, kFounded = 2 };

// "This is me; who are you?" Also the comparison of clocks.
struct IntroduceRequest {
  Founder self = {};
  ClusterId cluster = {};  // none: not founded yet
  friend bool operator==(const IntroduceRequest&, const IntroduceRequest&) = default;
};
struct IntroduceReply {
  Founder self = {};
  FoundingStage stage = FoundingStage::kEmpty;
  FoundingPlan plan = {};  // of what is prepared or founded
  WallTime clock = {};     // its own, when it answered
  friend bool operator==(const IntroduceReply&, const IntroduceReply&) = default;
};

// "Write this down as PREPARED": answered with Done when it is on disk.
struct PrepareRequest {
  FoundingPlan plan = {};
  friend bool operator==(const PrepareRequest&, const PrepareRequest&) = default;
};
// "All of them have: it is founded."
struct FoundRequest {
  FoundingPlan plan = {};
  friend bool operator==(const FoundRequest&, const FoundRequest&) = default;
};

}  // namespace usher::wire

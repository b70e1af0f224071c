// To read partitions, many in one request. A broker answers when `bytes_min` are there, something
// went wrong with one of them, or `wait` is over. The reply's payload is the batches of all
// answers, one behind the other: header, then the sections that were asked for, byte for byte as
// stored.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"

namespace usher::wire {

struct FetchPartition {
  SpaceId space = {};
  PartitionId partition = {};
  Offset from = {};
  // The term of the record before `from`, as the reader saw it: INPUT_GONE where the log does not
  // hold it. None: it begins here.
  std::optional<Term> continues = {};
  std::vector<TopicId> topics = {};  // none: all
  uint32_t bytes_max = 0;            // at least one batch comes where there is one
  // Also what is appended and not committed yet; only the leader answers.
  bool uncommitted = false;
  // Batches come with all their topics, those with none of `topics` not at all: for an app that
  // reads its steps back.
  bool whole = false;
  friend bool operator==(const FetchPartition&, const FetchPartition&) = default;
};

struct FetchRequest {
  std::vector<FetchPartition> partitions = {};
  uint32_t bytes_min = 0;
  uint32_t bytes_max = 0;  // over all
  Duration wait = {};
  friend bool operator==(const FetchRequest&, const FetchRequest&) = default;
};

// A batch in the payload: which of its sections came along, as bits by the place in its topic
// table.
struct FetchedBatch {
  uint64_t sections = 0;
  friend bool operator==(const FetchedBatch&, const FetchedBatch&) = default;
};

struct FetchedPartition {
  SpaceId space = {};
  PartitionId partition = {};
  // NOT_LEADER, INPUT_GONE, OFFSET_GONE (at: the first that is there), …; the rest is empty then.
  std::optional<Error> error = {};
  std::vector<FetchedBatch> batches = {};
  // All below was looked at; the term of the last record looked at, none if nothing was.
  Offset scanned = {};
  std::optional<Term> scanned_term = {};
  Offset start = {};   // the first offset that is there
  Offset commit = {};  // exclusive end of what is committed
  friend bool operator==(const FetchedPartition&, const FetchedPartition&) = default;
};

struct FetchReply {
  std::vector<FetchedPartition> partitions = {};  // as asked, those first that have something
  friend bool operator==(const FetchReply&, const FetchReply&) = default;
};

enum class OffsetAt : uint8_t { kEarliest = 0, kLatest = 1, kTime = 2 };

struct OffsetRequest {
  SpaceId space = {};
  PartitionId partition = {};
  OffsetAt at = OffsetAt::kLatest;
  WallTime time = {};  // with kTime: the first record at or after it
  // Asked of the leader, which makes sure that it still leads: nothing committed before the request
  // is missing.
  bool linearizable = false;
  friend bool operator==(const OffsetRequest&, const OffsetRequest&) = default;
};
struct OffsetReply {
  Offset offset = {};
  Offset commit = {};
  friend bool operator==(const OffsetReply&, const OffsetReply&) = default;
};

// How far an app has consumed a partition, from the leader, linearizable: also the read index of a
// task's queries.
struct PositionRequest {
  SpaceId space = {};
  PartitionId partition = {};
  AppId app = {};
  friend bool operator==(const PositionRequest&, const PositionRequest&) = default;
};
struct PositionReply {
  Offset commit = {};
  std::optional<Epoch> epoch = {};  // of the last claim
  MemberId member = {};
  Offset position = {};
  std::optional<StepNumber> last_step = {};
  friend bool operator==(const PositionReply&, const PositionReply&) = default;
};

struct PartitionStatusRequest {
  SpaceId space = {};
  PartitionId partition = {};
  friend bool operator==(const PartitionStatusRequest&, const PartitionStatusRequest&) = default;
};
struct ReplicaStatus {
  BrokerId broker = {};
  bool learner = false;
  Offset match = {};  // on its disk, as the leader knows
  friend bool operator==(const ReplicaStatus&, const ReplicaStatus&) = default;
};
struct PartitionStatusReply {
  Term term = {};
  std::optional<BrokerId> leader = {};
  Offset start = {};
  Offset flushed = {};
  Offset commit = {};
  Offset end = {};
  uint64_t log_bytes = 0;
  std::vector<ReplicaStatus> replicas = {};  // at the leader
  friend bool operator==(const PartitionStatusReply&, const PartitionStatusReply&) = default;
};

}  // namespace usher::wire

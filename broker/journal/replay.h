// Recovery's second half, pure: the entries of the journal's groups, in order, give back each
// partition's state and the tail of its log that may not stand in segments yet.
#pragma once

#include <map>

#include "broker/journal/group.h"
#include "proto/base/result.h"

namespace usher::journal {

struct RecoveredBatch {
  Buffer bytes;  // header and body in one
  Term term;
  Offset end;
};

struct RecoveredPartition {
  PartitionState state;
  // By base offset; without holes; nothing that lies below state.stored.
  std::map<Offset, RecoveredBatch> tail;
};

using Recovered = std::map<PartitionKey, RecoveredPartition>;

class Replay {
 public:
  // The next entry. JOURNAL_CORRUPT where it contradicts those before it.
  Result<void> apply(const Entry& entry);
  // After the last entry. JOURNAL_CORRUPT where a tail has a hole.
  Result<Recovered> finish() &&;

 private:
  Recovered partitions_;
};

}  // namespace usher::journal

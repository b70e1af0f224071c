// Batches of one partition, one after the other, from wherever they are: segments and journal of a
// data directory, or a running cluster. A stream reports what it cannot read and goes on behind it;
// whether what it gives is one log is for others to judge (log_check.h).
#pragma once

#include <map>
#include <optional>

#include "proto/base/result.h"
#include "proto/wire/batch.h"
#include "tools/audit/log/findings.h"

namespace usher::audit {

struct PartitionKey {
  SpaceId space;
  PartitionId partition;
  friend auto operator<=>(const PartitionKey&, const PartitionKey&) = default;
};

struct FoundBatch {
  wire::Batch batch;
  Spot spot;
};

// What stands before a batch, as a file says: what the batch has to continue.
struct Boundary {
  Offset offset = {};
  WallTime time = {};
  wire::Chain chain = {};
  std::map<TopicId, Seq> next_seqs = {};
};

// A segment begins: what its head says of the log before it.
struct FoundHead {
  Boundary begin;
  Spot spot;
};

class BatchStream {
 public:
  virtual ~BatchStream() = default;

  // The next batch with a place; none at the end of what is committed. An error: nothing more can
  // be read from here (the network, the operating system); damage is a finding, not an error.
  virtual Result<std::optional<FoundBatch>> next() = 0;
  // The heads that were met since the last call, in front of the batch that next() gave.
  virtual std::vector<FoundHead> take_heads() { return {}; }
  // Was something that could not be read passed over, in front of the batch that next() gave?
  virtual bool take_lost() { return false; }
};

}  // namespace usher::audit

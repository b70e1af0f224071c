// The log at a batch's boundary, as far as segments must know it: what the next batch has to
// continue. A segment begins with one, so it verifies alone.
#pragma once

#include <map>

#include "proto/base/result.h"
#include "proto/wire/batch.h"

namespace usher::log {

// Whose log it is.
struct Key {
  SpaceId space;
  PartitionId partition;
  friend bool operator==(const Key&, const Key&) = default;
};

struct Boundary {
  Offset offset;
  WallTime time;  // of the batch before
  wire::Chain chain;
  std::map<TopicId, Seq> next_seqs;

  // The batch that was found here stands here. Its header may be trusted afterwards: the chain
  // covers it.
  void pass(const wire::BatchHeader& header);
  friend bool operator==(const Boundary&, const Boundary&) = default;
};

// Does a batch with this header stand at `offset` of this log, behind a batch with this chain? The
// error says in words what differs.
Result<void> check_continues(const wire::BatchHeader& header, Key key, Offset offset,
                             const wire::Chain& chain);

}  // namespace usher::log

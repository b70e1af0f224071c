// The log's own batches: what a new leader appends first, and changes of membership. One record
// each, in the reserved control topic.
#pragma once

#include <optional>

#include "broker/raft/entry.h"
#include "proto/wire/batch.h"

namespace usher::partition {

// Without a place yet. The entry is of one of the two kinds.
wire::Batch control_batch(const raft::Entry& entry);

// What consensus must know of a batch with a place. BATCH_MALFORMED where a control batch says
// nothing that is known.
Result<raft::Entry> entry_of(const wire::Batch& batch);

}  // namespace usher::partition

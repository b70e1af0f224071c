// How many bytes, or records, a stretch of a space's log has, to the batch: read from the batches'
// headers, so it does not matter what has reached the segments already.
#pragma once

#include <vector>

#include "client/cli/session.h"
#include "client/consumer.h"

namespace usher::cli {

// The committed end of each partition.
Result<std::vector<Offset>> log_ends(Session& session, const wire::SpaceInfo& space);

// Of batches with records of these topics, header and all their sections, from one end to another.
Result<uint64_t> log_bytes(Session& session, const wire::SpaceInfo& space,
                           const std::vector<TopicId>& topics, const std::vector<Offset>& from,
                           const std::vector<Offset>& to);
// The records of these topics, likewise.
Result<uint64_t> log_records(Session& session, const wire::SpaceInfo& space,
                             const std::vector<TopicId>& topics, const std::vector<Offset>& from,
                             const std::vector<Offset>& to);

}  // namespace usher::cli

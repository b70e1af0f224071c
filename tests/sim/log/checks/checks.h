// What must hold of a whole committed log, against the history of its clients; one file each. A
// check answers with the first violation in words, or with nothing. What can be seen at once is
// looked for at once: one leader, replicas agree (cluster.cc), skip, step back, inconsistent offset
// (consumer.cc).
#pragma once

#include <string>
#include <vector>

#include "tests/sim/log/history.h"

namespace usher::sim {

using Log = std::vector<wire::Batch>;

// Offsets, seqs, chains, hashes, times: no skip, no torn batch.
std::string log_proves_itself(const Log& log);
// Lost write, receipts: what was acknowledged stands where its receipt says.
std::string acknowledged_is_there(const Log& log, const History& history);
// Aborted read: what surely failed is not there.
std::string failed_is_not_there(const Log& log, const History& history);
// Lost write, inconsistent offset: what was once read is still there.
std::string read_is_there(const Log& log, const History& history);
// Duplicate, order: an idempotent producer's values stand once, in the order of sending.
std::string producers_once_in_order(const Log& log, const History& history);
// One owner, exactly once, re-execution: steps dense, after their claim, on inputs that are there,
// with the output that those inputs give.
std::string steps_are_exactly_once(const Log& log);
// Writers: no record in a topic by another kind of writer than its own.
std::string topics_have_one_writer(const Log& log);
// Links: the destination holds a prefix of what the source's topic holds, each once, in order; all
// of it, where `at_rest`.
std::string link_is_exactly_once(const Log& source, const Log& destination, bool at_rest);

}  // namespace usher::sim

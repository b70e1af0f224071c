// What must hold of the committed log of a sale, with what clients were told; one file each, with
// the first violation in words, or nothing. The checks of tests/sim/app and tests/sim/log hold for
// it, too.
#pragma once

#include <string>

#include "processors/state/memory_store.h"
#include "tools/audit/seats/seat_rules.h"

#include "tests/sim/app/checks/committed_log.h"
#include "tests/sim/seats/buyer.h"

namespace usher::sim {

// What `usher audit verify` says of the same log: one holder a seat, counts, limits, opening times,
// deadlines, one outcome a command, every decision made again, digests. `sums`: how the sale went.
std::string audit_agrees(const CommittedLog& log, audit::ReservationSums& sums);
// Every outcome is the one that a naive reader of the rules comes to, from the commands alone; and
// so are the seats at the end, in the owner's store.
std::string naive_sale_agrees(const CommittedLog& log, const state::MemoryStore& store);

}  // namespace usher::sim

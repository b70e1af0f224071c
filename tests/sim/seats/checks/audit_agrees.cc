#include <fmt/format.h>

#include "proto/base/check.h"
#include "tools/audit/log/opened_batch.h"
#include "tools/audit/seats/seat_rules.h"
#include "tools/audit/seats/task_replay.h"

#include "tests/sim/seats/checks/checks.h"
#include "tests/sim/seats/sale_space.h"

namespace usher::sim {
namespace {

constexpr audit::PartitionKey kKey{kSourceSpace, PartitionId(0)};

}  // namespace

std::string audit_agrees(const CommittedLog& log, audit::ReservationSums& sums) {
  audit::Findings findings;
  audit::TaskReplay replay(kKey, seats_topics(), findings);
  audit::SeatRules rules(kKey, seats_topics(), findings);
  for (const wire::Batch& batch : log) {
    auto opened = audit::OpenedBatch::open({.batch = batch, .spot = {}});
    CHECK(opened.has_value(), "what is served can be read");
    replay.take(*opened);
    rules.take(*opened);
  }
  std::optional<Digest> digest = replay.digest();
  sums = rules.sums();
  if (findings.count() > 0) {
    const audit::Violation& first = findings.listed()[0];
    return fmt::format("audit: {} at offset {}: {}", name_of(first.kind), first.offset.value(),
                       first.detail);
  }
  if (!findings.remarks().empty()) return "audit: " + findings.remarks()[0];
  if (sums.pending > 0) return fmt::format("audit: {} commands are left over", sums.pending);
  return digest ? "" : "audit: the state could not be followed";
}

}  // namespace usher::sim

// The whole proof: every partition's log, what the seats app decided in it, and what was found.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tools/audit/logs.h"
#include "tools/audit/seats/seat_rules.h"

namespace usher::audit {

struct VerifyReport {
  uint64_t records = 0;
  uint64_t batches = 0;
  uint64_t bytes = 0;
  uint64_t partitions = 0;
  uint64_t steps_decided = 0;  // again
  uint64_t stores_compared = 0;
  ReservationSums reservations;
  Findings findings;
};

// What is said of the stores: "match", "differs", or "unavailable" where none could be compared.
std::string_view state_of(const VerifyReport& report);

struct Progress {
  uint64_t partitions = 0;
  uint64_t of = 0;
  uint64_t records = 0;
};

struct VerifyOptions {
  // Of this space alone.
  std::optional<std::string> space = {};
  // After each partition; from any thread, one at a time.
  std::function<void(const Progress&)> on_progress = {};
};

// NOT_FOUND: there is no such space. Errors: what could not be read; damage is a finding.
Result<VerifyReport> verify(Logs& logs, const VerifyOptions& options);

}  // namespace usher::audit

#include "tools/audit/verify.h"

#include <mutex>

#include <fmt/format.h>

#include "tools/audit/parallel.h"
#include "tools/audit/seats/task_replay.h"
#include "tools/audit/state/store_check.h"

namespace usher::audit {
namespace {

struct OfPartition {
  LogSums log;
  ReservationSums reservations;
  uint64_t steps_decided = 0;
  uint64_t stores_compared = 0;
  Findings findings;
  std::optional<Error> failure;
};

Result<void> verify_partition(Logs& logs, PartitionKey key, OfPartition& found) {
  auto topics = SeatsTopics::of(logs.catalog(), key.space);
  // Before the log is opened: what a store holds is committed, so the log goes at least as far.
  std::vector<FoundStore> stores;
  if (topics) {
    TRY_ASSIGN(stores, logs.stores(key, found.findings));
  }
  MergedLog log(key, &logs.catalog(), found.findings);
  TRY(logs.open(key, Offset(0), log, found.findings));
  if (!topics) {
    TRY_ASSIGN(found.log, log.read({}));
    return {};
  }
  TaskReplay replay(key, *topics, found.findings);
  SeatRules rules(key, *topics, found.findings);
  StoreCheck store_check(key, replay, std::move(stores), found.findings);
  TRY_ASSIGN(found.log, log.read({&replay, &rules, &store_check}));
  store_check.finish();
  found.stores_compared = store_check.compared();
  found.reservations = rules.sums();
  found.steps_decided = replay.steps_decided();
  return {};
}

Result<std::vector<PartitionKey>> chosen(const Logs& logs, const VerifyOptions& options) {
  std::vector<PartitionKey> keys;
  const wire::SpaceInfo* only = nullptr;
  if (options.space) {
    only = logs.catalog().space(*options.space);
    if (!only) return fail(ErrorCode::NOT_FOUND, fmt::format("space '{}'", *options.space));
  }
  for (PartitionKey key : logs.partitions())
    if (!only || key.space == only->id) keys.push_back(key);
  return keys;
}

}  // namespace

std::string_view state_of(const VerifyReport& report) {
  if (report.findings.count(Kind::kStore) > 0) return "differs";
  return report.stores_compared > 0 ? "match" : "unavailable";
}

Result<VerifyReport> verify(Logs& logs, const VerifyOptions& options) {
  TRY_ASSIGN(auto keys, chosen(logs, options));
  std::vector<OfPartition> found(keys.size());
  std::mutex lock;
  Progress progress{.partitions = 0, .of = keys.size(), .records = 0};
  in_parallel(keys.size(), logs.threads(), [&](size_t i) {
    if (auto verified = verify_partition(logs, keys[i], found[i]); !verified)
      found[i].failure = verified.error();
    std::scoped_lock held(lock);
    ++progress.partitions;
    progress.records += found[i].log.records;
    if (options.on_progress) options.on_progress(progress);
  });
  VerifyReport report;
  for (OfPartition& one : found) {
    if (one.failure) return fail(std::move(*one.failure));
    ++report.partitions;
    report.records += one.log.records;
    report.batches += one.log.batches;
    report.bytes += one.log.bytes;
    report.steps_decided += one.steps_decided;
    report.stores_compared += one.stores_compared;
    report.reservations += one.reservations;
    report.findings.append(std::move(one.findings));
  }
  return report;
}

}  // namespace usher::audit

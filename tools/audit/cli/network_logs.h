// The logs of a running cluster, as any consumer may read them: batches come as they are stored, so
// that nothing of the proof is missing. What is committed when a log is opened is read. A session
// serves one thread, so each log that is open at once has one of its own.
#pragma once

#include <atomic>

#include "tools/audit/cli/session_pool.h"
#include "tools/audit/logs.h"

namespace usher::audit {

class NetworkLogs final : public Logs {
 public:
  // The session outlives it, and serves the first log that is open. `follow`: streams do not end at
  // the commit.
  static Result<std::unique_ptr<Logs>> open(cli::Session& session, bool follow);
  NetworkLogs(cli::Session& session, Catalog catalog, bool follow)
      : sessions_(session), catalog_(std::move(catalog)), follow_(follow) {}

  const Catalog& catalog() const override { return catalog_; }
  std::set<PartitionKey> partitions() const override;
  Result<void> open(PartitionKey key, Offset from, MergedLog& log, Findings& findings) override;
  Result<std::vector<FoundStore>> stores(PartitionKey key, Findings& findings) override;
  size_t threads() const override { return 2; }

 private:
  SessionPool sessions_;
  std::atomic<bool> nobody_answers_ = false;
  Catalog catalog_;
  bool follow_;
};

}  // namespace usher::audit

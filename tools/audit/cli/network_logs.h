// The logs of a running cluster, as any consumer may read them: batches come as they are stored, so
// that nothing of the proof is missing. What is committed when a log is opened is read.
#pragma once

#include "client/cli/session.h"
#include "client/queries.h"
#include "tools/audit/logs.h"

namespace usher::audit {

class NetworkLogs final : public Logs {
 public:
  // The session outlives it. `follow`: streams do not end at the commit.
  static Result<std::unique_ptr<Logs>> open(cli::Session& session, bool follow);
  NetworkLogs(cli::Session& session, Catalog catalog, bool follow)
      : session_(session),
        queries_(session.cluster()),
        catalog_(std::move(catalog)),
        follow_(follow) {}

  const Catalog& catalog() const override { return catalog_; }
  std::set<PartitionKey> partitions() const override;
  Result<void> open(PartitionKey key, Offset from, MergedLog& log, Findings& findings) override;
  Result<std::vector<FoundStore>> stores(PartitionKey key, Findings& findings) override;
  // The session's loop runs on one.
  size_t threads() const override { return 1; }

 private:
  cli::Session& session_;
  client::Queries queries_;
  bool nobody_answers_ = false;
  Catalog catalog_;
  bool follow_;
};

}  // namespace usher::audit

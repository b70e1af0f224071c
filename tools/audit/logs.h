// Where the logs are that an audit reads: copies of data directories here, a running cluster in
// cli/network_logs.h. Everything else of the audit is the same for both.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tools/audit/log/data_directory.h"
#include "tools/audit/log/merged_log.h"
#include "tools/audit/state/found_store.h"

namespace usher::audit {

class Logs {
 public:
  virtual ~Logs() = default;
  virtual const Catalog& catalog() const = 0;
  virtual std::set<PartitionKey> partitions() const = 0;
  // Adds each replica's stream, from the batch on that holds `from` or an earlier one. `findings`
  // outlives them.
  virtual Result<void> open(PartitionKey key, Offset from, MergedLog& log, Findings& findings) = 0;
  // What the stores of the seats app's task say now: none where nobody can be asked. What is wrong
  // with them goes to `findings`.
  virtual Result<std::vector<FoundStore>> stores(PartitionKey key, Findings& findings) = 0;
  // How many partitions may be read at once.
  virtual size_t threads() const = 0;
};

class OfflineLogs final : public Logs {
 public:
  // Brokers' data directories and daemons' state directories, told apart by what is in them. Reads
  // the journals and `_system`; what is wrong with the journals goes to `findings`.
  static Result<std::unique_ptr<Logs>> open(const std::vector<std::string>& directories,
                                            Findings& findings);
  // With names that are known already.
  OfflineLogs(std::vector<std::shared_ptr<const DataDirectory>> directories,
              std::vector<std::string> states, Catalog catalog)
      : directories_(std::move(directories)),
        states_(std::move(states)),
        catalog_(std::move(catalog)) {}

  const Catalog& catalog() const override { return catalog_; }
  std::set<PartitionKey> partitions() const override;
  Result<void> open(PartitionKey key, Offset from, MergedLog& log, Findings& findings) override;
  Result<std::vector<FoundStore>> stores(PartitionKey key, Findings& findings) override;
  size_t threads() const override { return 2; }

 private:
  std::vector<std::shared_ptr<const DataDirectory>> directories_;
  std::vector<std::string> states_;  // daemons' state directories
  Catalog catalog_;
};

// All that the logs say of spaces, topics and apps.
Result<Catalog> read_catalog(Logs& logs);

}  // namespace usher::audit

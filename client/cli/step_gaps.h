// How long the steps of the seats stand still: the largest gap between the log's times of two of
// them, by partition, as a consumer of what each step writes sees it.
#pragma once

#include <optional>
#include <vector>

#include "client/cli/session.h"
#include "client/consumer.h"

namespace usher::cli {

class StepGaps final : private client::ConsumerHandler {
 public:
  // Both outlive it.
  StepGaps(Session& session, const wire::SpaceInfo& space);

  // From the ends of the logs as they are now.
  Result<void> start();
  // Since the last call, or the start, by partition.
  std::vector<Duration> largest();

 private:
  void on_records(const client::ReadRecords& records) override;
  void on_failed(client::PartitionAt, const Error&) override {}

  Session& session_;
  const wire::SpaceInfo& space_;
  client::Consumer consumer_;
  std::vector<std::optional<WallTime>> last_;
  std::vector<Duration> largest_;
};

}  // namespace usher::cli

#include "client/cli/log_size.h"

#include <algorithm>
#include <functional>

namespace usher::cli {
namespace {

// Sums up something of each batch.
using OfBatch = std::function<uint64_t(const wire::BatchHeader&)>;

class BatchSums final : private client::ConsumerHandler {
 public:
  BatchSums(Session& session, OfBatch of_batch)
      : session_(session), of_batch_(std::move(of_batch)), consumer_(session.cluster(), *this) {}

  void add(client::Consumer::Start start) { consumer_.add(std::move(start)); }
  Result<uint64_t> sum() {
    while (consumer_.partitions() > 0 && !failure_ && !session_.interrupted()) session_.run();
    if (failure_) return fail(*failure_);
    if (consumer_.partitions() > 0) return fail(ErrorCode::CLOSED, "stopped by a signal");
    return sum_;
  }

 private:
  void on_records(const client::ReadRecords& records) override {
    sum_ += of_batch_(records.batch().header());
  }
  void on_end(client::PartitionAt) override {
    if (consumer_.partitions() == 0) session_.stop();
  }
  void on_failed(client::PartitionAt, const Error& why) override {
    failure_ = why;
    session_.stop();
  }

  Session& session_;
  OfBatch of_batch_;
  client::Consumer consumer_;
  uint64_t sum_ = 0;
  std::optional<Error> failure_;
};

Result<uint64_t> log_sum(Session& session, const wire::SpaceInfo& space,
                         const std::vector<TopicId>& topics, const std::vector<Offset>& from,
                         const std::vector<Offset>& to, OfBatch of_batch) {
  BatchSums sums(session, std::move(of_batch));
  for (uint32_t i = 0; i < space.partitions.size(); ++i)
    if (from[i] < to[i])
      sums.add(
          {.at = {space.id, PartitionId(i)}, .topics = topics, .from = from[i], .until = to[i]});
  return sums.sum();
}

}  // namespace

Result<std::vector<Offset>> log_ends(Session& session, const wire::SpaceInfo& space) {
  std::vector<Offset> ends;
  for (uint32_t i = 0; i < space.partitions.size(); ++i) {
    client::PartitionAt at{space.id, PartitionId(i)};
    TRY_ASSIGN(auto latest,
               session.ask<wire::OffsetReply>(at, wire::OffsetRequest{.space = at.space,
                                                                      .partition = at.partition,
                                                                      .at = wire::OffsetAt::kLatest,
                                                                      .time = {},
                                                                      .linearizable = true}));
    ends.push_back(latest.offset);
  }
  return ends;
}

Result<uint64_t> log_bytes(Session& session, const wire::SpaceInfo& space,
                           const std::vector<TopicId>& topics, const std::vector<Offset>& from,
                           const std::vector<Offset>& to) {
  return log_sum(session, space, topics, from, to,
                 [](const wire::BatchHeader& header) { return header.batch_bytes(); });
}

Result<uint64_t> log_records(Session& session, const wire::SpaceInfo& space,
                             const std::vector<TopicId>& topics, const std::vector<Offset>& from,
                             const std::vector<Offset>& to) {
  return log_sum(session, space, topics, from, to, [&](const wire::BatchHeader& header) {
    uint64_t records = 0;
    for (const wire::TopicEntry& entry : header.topics())
      if (std::ranges::find(topics, entry.topic) != topics.end()) records += entry.records;
    return records;
  });
}

}  // namespace usher::cli

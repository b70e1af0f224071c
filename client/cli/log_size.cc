#include "client/cli/log_size.h"

namespace usher::cli {
namespace {

class BatchSizes final : private client::ConsumerHandler {
 public:
  explicit BatchSizes(Session& session) : session_(session), consumer_(session.cluster(), *this) {}

  void add(client::Consumer::Start start) { consumer_.add(std::move(start)); }
  Result<uint64_t> sum() {
    while (consumer_.partitions() > 0 && !failure_ && !session_.interrupted()) session_.run();
    if (failure_) return fail(*failure_);
    if (consumer_.partitions() > 0) return fail(ErrorCode::CLOSED, "stopped by a signal");
    return bytes_;
  }

 private:
  void on_records(const client::ReadRecords& records) override {
    bytes_ += records.batch().header().batch_bytes();
  }
  void on_end(client::PartitionAt) override {
    if (consumer_.partitions() == 0) session_.stop();
  }
  void on_failed(client::PartitionAt, const Error& why) override {
    failure_ = why;
    session_.stop();
  }

  Session& session_;
  client::Consumer consumer_;
  uint64_t bytes_ = 0;
  std::optional<Error> failure_;
};

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
  BatchSizes sizes(session);
  for (uint32_t i = 0; i < space.partitions.size(); ++i)
    if (from[i] < to[i])
      sizes.add(
          {.at = {space.id, PartitionId(i)}, .topics = topics, .from = from[i], .until = to[i]});
  return sizes.sum();
}

}  // namespace usher::cli

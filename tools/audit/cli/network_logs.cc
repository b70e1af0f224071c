#include "tools/audit/cli/network_logs.h"

#include <deque>

#include <fmt/format.h>

#include "client/queries.h"
#include "proto/base/limits.h"
#include "proto/seats/topics.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::audit {
namespace {

class NetworkStream final : public BatchStream {
 public:
  struct Range {
    Offset from;
    std::optional<Offset> until;  // none: for ever
  };
  NetworkStream(SessionPool& sessions, PartitionKey key, Range range, Findings& findings)
      : session_(sessions),
        at_{key.space, key.partition},
        next_(range.from),
        until_(range.until),
        findings_(findings) {}

  Result<std::optional<FoundBatch>> next() override {
    while (batches_.empty()) {
      if (until_ && next_ >= *until_) return std::nullopt;
      if (session_->interrupted()) {
        if (!until_) return std::nullopt;
        // What was not read to its end proves nothing.
        return fail(ErrorCode::CLOSED, "stopped by a signal before the log was read to its end");
      }
      TRY(fetch());
    }
    FoundBatch found{std::move(batches_.front()), {}};
    batches_.pop_front();
    return found;
  }
  bool take_lost() override { return std::exchange(lost_, false); }

 private:
  Result<void> fetch() {
    wire::FetchRequest request{.partitions = {{.space = at_.space,
                                               .partition = at_.partition,
                                               .from = next_,
                                               .continues = {},
                                               .topics = {},
                                               .bytes_max = limits::kFetchBytes,
                                               .uncommitted = false}},
                               .bytes_min = 1,
                               .bytes_max = limits::kFetchBytes,
                               .wait = limits::kConsumerFetchWait};
    auto answer = session_->wait<net::Message>([&](cli::Session::Answer<net::Message> take) {
      session_->cluster().ask_leader(at_, {std::move(request), {}}, session_->timeout(),
                                     std::move(take));
    });
    if (!answer && session_->interrupted() && !until_) return {};
    Buffer payload = answer && !answer->payload.empty() ? answer->payload[0] : Buffer();
    TRY_ASSIGN(auto reply, client::reply_of<wire::FetchReply>(std::move(answer)));
    if (reply.partitions.size() != 1)
      return fail(ErrorCode::ENVELOPE_MALFORMED, "an answer about other partitions");
    const wire::FetchedPartition& part = reply.partitions[0];
    if (part.error) return failed(*part.error);
    return take(part, payload);
  }

  Result<void> failed(const Error& why) {
    if (why.code == ErrorCode::OFFSET_GONE && why.at && Offset(*why.at) > next_) {
      next_ = Offset(*why.at);
      return {};
    }
    if (why.retry() == Retry::kNever) return fail(why);
    session_->cluster().routes().miss(at_, BrokerId());
    session_->cluster().doubt();
    session_->run_for(limits::kRetryDelayMax);
    return {};
  }

  Result<void> take(const wire::FetchedPartition& part, const Buffer& payload) {
    size_t at = 0;
    for (size_t i = 0; i < part.batches.size(); ++i) {
      auto batch = wire::Batch::decode(payload.slice(at, payload.size() - at));
      if (!batch) {
        lost_ = true;
        findings_.add({.kind = Kind::kBatch,
                       .space = at_.space,
                       .partition = at_.partition,
                       .offset = next_,
                       .spot = {},
                       .detail = batch.error().detail});
        break;
      }
      at += batch->header().batch_bytes();
      if (until_ && batch->header().end_offset() > *until_) break;
      batches_.push_back(std::move(*batch));
    }
    next_ = std::max(next_, part.scanned);
    return {};
  }

  SessionPool::Lease session_;
  client::PartitionAt at_;
  Offset next_;
  std::optional<Offset> until_;
  Findings& findings_;
  std::deque<wire::Batch> batches_;
  bool lost_ = false;
};

}  // namespace

Result<std::unique_ptr<Logs>> NetworkLogs::open(cli::Session& session, bool follow) {
  TRY_ASSIGN(auto metadata, session.fresh_metadata());
  return std::make_unique<NetworkLogs>(session, Catalog(*metadata), follow);
}

std::set<PartitionKey> NetworkLogs::partitions() const {
  std::set<PartitionKey> keys;
  for (const auto& [id, space] : catalog_.spaces())
    for (uint32_t i = 0; i < space.partitions.size(); ++i) keys.insert({id, PartitionId(i)});
  return keys;
}

Result<void> NetworkLogs::open(PartitionKey key, Offset from, MergedLog& log, Findings& findings) {
  std::optional<Offset> until;
  if (!follow_) {
    SessionPool::Lease session(sessions_);
    TRY_ASSIGN(auto reply,
               session->ask<wire::OffsetReply>({key.space, key.partition},
                                               wire::OffsetRequest{.space = key.space,
                                                                   .partition = key.partition,
                                                                   .at = wire::OffsetAt::kLatest,
                                                                   .time = {},
                                                                   .linearizable = true}));
    until = reply.offset;
  }
  log.add("the cluster", std::make_unique<NetworkStream>(
                             sessions_, key, NetworkStream::Range{from, until}, findings));
  return {};
}

Result<std::vector<FoundStore>> NetworkLogs::stores(PartitionKey key, Findings& findings) {
  if (nobody_answers_) return std::vector<FoundStore>();
  SessionPool::Lease session(sessions_);
  client::Queries queries(session->cluster());
  auto told = session->wait<client::ToldState>([&](cli::Session::Answer<client::ToldState> take) {
    queries.ask_state(std::string(seats::kAppName), {key.space, key.partition}, session->timeout(),
                      std::move(take));
  });
  if (told)
    return std::vector<FoundStore>{{.where = "the owner",
                                    .applied = told->applied,
                                    .chain = told->sum.chain,
                                    .digest = told->sum.digest,
                                    .entries = told->sum.entries}};
  // Without daemons the log can be proved all the same; each would be waited for as long.
  nobody_answers_ = true;
  findings.remark(fmt::format("no store is compared from partition {} on: {}",
                              key.partition.value(), told.error().text()));
  return std::vector<FoundStore>();
}

}  // namespace usher::audit

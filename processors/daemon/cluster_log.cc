#include "processors/daemon/cluster_log.h"

#include <fmt/format.h>

#include "proto/wire/protocol/append.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::processors {
namespace {

constexpr uint32_t kBytesMax = limits::kFetchReplyBytes;

}  // namespace

Result<std::vector<wire::Batch>> whole_batches(const wire::FetchedPartition& fetched,
                                               const Buffer& payload) {
  std::vector<wire::Batch> batches;
  batches.reserve(fetched.batches.size());
  size_t at = 0;
  for (size_t i = 0; i < fetched.batches.size(); ++i) {
    TRY_ASSIGN(wire::Batch batch, wire::Batch::decode(payload.slice(at, payload.size() - at)));
    if (!batch.header().sealed())
      return fail(ErrorCode::BATCH_MALFORMED, "a batch without a place");
    at += batch.header().batch_bytes();
    batches.push_back(std::move(batch));
  }
  if (at != payload.size())
    return fail(ErrorCode::BATCH_MALFORMED, "bytes behind the last batch of a fetch");
  return batches;
}

void ClusterLog::append(wire::Batch batch, Answer<Receipt> answer) {
  net::Message request{wire::AppendRequest{.space = at_.space, .partition = at_.partition},
                       {batch.header().bytes(), batch.body()}};
  if (batch.body().empty()) request.payload.pop_back();
  auto take = [this, begun = cluster_.now(),
               answer = std::move(answer)](Result<net::Message> message) mutable {
    auto reply = client::reply_of<wire::AppendReply>(std::move(message));
    if (!reply) return answer(std::unexpected(std::move(reply).error()));
    measure_(cluster_.now() - begun);
    saw_commit(reply->end);
    answer(Receipt{.base = reply->base,
                   .end = reply->end,
                   .term = reply->term,
                   .time = reply->time,
                   .chain = reply->chain});
  };
  cluster_.ask_leader_once(at_, std::move(request), limits::kAttemptTimeout,
                           life_.wrap(std::move(take)));
}

void ClusterLog::fetch(FetchRequest asked, Answer<FetchAnswer> answer) {
  auto bytes_max = static_cast<uint32_t>(std::clamp<uint64_t>(asked.bytes_max, 1, kBytesMax));
  wire::FetchRequest request{.partitions = {{.space = at_.space,
                                             .partition = at_.partition,
                                             .from = asked.from,
                                             .continues = asked.continues,
                                             .topics = std::move(asked.topics),
                                             .bytes_max = bytes_max,
                                             .uncommitted = asked.uncommitted,
                                             .whole = true}},
                             .bytes_min = asked.wait_max > Duration(0) ? 1u : 0u,
                             .bytes_max = bytes_max,
                             .wait = asked.wait_max};
  BrokerId leader = cluster_.routes().whom(at_).value_or(BrokerId(0));
  auto taken = [this, leader, answer = std::move(answer)](Result<net::Message> message) mutable {
    answer(take(leader, std::move(message)));
  };
  cluster_.ask(leader, {std::move(request), {}}, asked.wait_max + limits::kAttemptTimeout,
               life_.wrap(std::move(taken)));
}

Result<FetchAnswer> ClusterLog::take(BrokerId asked, Result<net::Message> message) {
  Buffer payload = message && !message->payload.empty() ? message->payload[0] : Buffer();
  auto reply = client::reply_of<wire::FetchReply>(std::move(message));
  if (!reply) {
    cluster_.learn_from(at_, asked, reply.error());
    return std::unexpected(std::move(reply).error());
  }
  if (reply->partitions.size() != 1)
    return fail(ErrorCode::ENVELOPE_MALFORMED, "a fetch of one partition answered with others");
  wire::FetchedPartition& fetched = reply->partitions[0];
  if (fetched.error) {
    cluster_.learn_from(at_, asked, *fetched.error);
    return std::unexpected(std::move(*fetched.error));
  }
  TRY_ASSIGN(auto batches, whole_batches(fetched, payload));
  saw_commit(fetched.commit);
  return FetchAnswer{.batches = std::move(batches),
                     .scanned = fetched.scanned,
                     .scanned_term = fetched.scanned_term,
                     .commit = fetched.commit};
}

void ClusterLog::read_index(AppId app, Answer<ReadIndex> answer) {
  wire::PositionRequest request{.space = at_.space, .partition = at_.partition, .app = app};
  auto take = [this, answer = std::move(answer)](Result<net::Message> message) mutable {
    auto reply = client::reply_of<wire::PositionReply>(std::move(message));
    if (!reply) return answer(std::unexpected(std::move(reply).error()));
    saw_commit(reply->commit);
    answer(ReadIndex{.commit = reply->commit,
                     .newest_claim = reply->epoch.value_or(Epoch()),
                     .position = reply->position,
                     .next_step = reply->last_step ? reply->last_step->next() : StepNumber()});
  };
  cluster_.ask_leader_once(at_, {request, {}}, limits::kAttemptTimeout,
                           life_.wrap(std::move(take)));
}

}  // namespace usher::processors

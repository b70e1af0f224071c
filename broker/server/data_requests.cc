#include "broker/server/data_requests.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/server/reading.h"
#include "broker/server/writers.h"

namespace usher::server {
namespace {

// On how many disks a batch is known to be: the leader's own, and those that said so.
uint32_t disks_with(const partition::Partition& partition, Offset end) {
  const raft::Node& node = partition.node();
  uint32_t disks = node.flushed() >= end ? 1 : 0;
  for (const auto& [replica, progress] : node.progress())
    if (progress.match() >= end) ++disks;
  return disks;
}

wire::AppendReply reply_of(const partition::Receipt& receipt,
                           const partition::Partition& partition) {
  return {.base = receipt.base,
          .end = receipt.end,
          .term = receipt.term,
          .time = receipt.time,
          .chain = receipt.chain,
          .base_seqs = base_seqs(partition, receipt.base),
          .replicas = disks_with(partition, receipt.end)};
}

wire::PositionReply position_of(const partition::Partition& partition, AppId id, Offset commit) {
  wire::PositionReply reply{.commit = commit};
  const partition::AppState* app = partition.at_commit().app(id);
  if (!app) return reply;
  reply.epoch = app->claim.epoch;
  reply.member = app->claim.member;
  reply.position = app->position;
  reply.last_step = app->last_number;
  return reply;
}

wire::PartitionStatusReply status_of(const partition::Partition& partition) {
  const raft::Node& node = partition.node();
  wire::PartitionStatusReply reply{.term = node.term(),
                                   .leader = leader_of(partition),
                                   .start = log_start(partition),
                                   .flushed = node.flushed(),
                                   .commit = node.commit(),
                                   .end = node.log().end().end,
                                   .log_bytes = log_bytes(partition),
                                   .replicas = {}};
  const raft::Membership& members = node.memberships().in_force();
  auto add = [&](raft::ReplicaId id, bool learner) {
    auto progress = node.progress().find(id);
    Offset match = id == node.self()                   ? node.flushed()
                   : progress == node.progress().end() ? Offset(0)
                                                       : progress->second.match();
    reply.replicas.push_back({.broker = broker_of(id), .learner = learner, .match = match});
  };
  for (raft::ReplicaId voter : members.voters) add(voter, false);
  for (raft::ReplicaId learner : members.learners) add(learner, true);
  return reply;
}

}  // namespace

partition::Partition* DataRequests::find(SpaceId space, PartitionId partition,
                                         net::Responder& answer) const {
  auto found = here_.find(space, partition);
  if (found) return *found;
  answer.fail(found.error());
  return nullptr;
}

Result<wire::Batch> DataRequests::batch_of(const wire::AppendRequest& request,
                                           const std::vector<Buffer>& payload) const {
  if (payload.size() != 1)
    return fail(ErrorCode::BATCH_MALFORMED, "an append without a batch beside it");
  if (payload[0].size() > limits::kBatchBytes)
    return fail(ErrorCode::TOO_LARGE, fmt::format("a batch of {} bytes, the limit is {}",
                                                  payload[0].size(), limits::kBatchBytes));
  TRY_ASSIGN(wire::Batch batch, wire::Batch::decode(payload[0]));
  if (batch.header().batch_bytes() != payload[0].size())
    return fail(ErrorCode::BATCH_MALFORMED, "something stands behind the batch");
  const controller::Space* space = here_.space(request.space);
  if (!space)
    return fail(ErrorCode::STALE_METADATA, fmt::format("space {}", request.space.value()));
  TRY(check_writer(*space, batch.header()));
  return batch;
}

void DataRequests::on(const wire::AppendRequest& request, const std::vector<Buffer>& payload,
                      net::Responder answer) {
  partition::Partition* partition = find(request.space, request.partition, answer);
  if (!partition) return;
  if (limit_.tails.bytes() > limit_.bytes_max)
    return answer.fail(
        {ErrorCode::QUEUE_FULL, "the memory for what disks have not taken is full", {}});
  auto batch = batch_of(request, payload);
  if (!batch) return answer.fail(batch.error());
  MonotonicTime begun = scheduler_.clock().monotonic();
  auto done = [this, alive = alive_, request, begun, bytes = payload[0].size(),
               answer = std::move(answer)](Result<partition::Receipt> receipt) mutable {
    if (!*alive) return;
    auto still = here_.find(request.space, request.partition);
    if (!still) return answer.fail(still.error());
    if (!receipt) return answer.fail(about_leader(receipt.error(), **still));
    measures_.append_took->record(scheduler_.clock().monotonic() - begun);
    measures_.appended_batches->add();
    measures_.appended_bytes->add(bytes);
    answer.reply({reply_of(*receipt, **still), {}});
  };
  partition->append(*batch, std::move(done));
}

void DataRequests::on(const wire::NewProducerRequest&, net::Responder answer) {
  wire::ProducerId producer{.made_at = scheduler_.clock().wall(), .random = random_.next()};
  answer.reply({wire::NewProducerReply{producer}, {}});
}

void DataRequests::on(const wire::OffsetRequest& request, net::Responder answer) {
  partition::Partition* partition = find(request.space, request.partition, answer);
  if (!partition) return;
  if (!request.linearizable) return answer_offset(request, std::move(answer));
  partition->read(
      [this, alive = alive_, request, answer = std::move(answer)](Result<Offset> commit) mutable {
        if (!*alive) return;
        auto still = here_.find(request.space, request.partition);
        if (!still) return answer.fail(still.error());
        if (!commit) return answer.fail(about_leader(commit.error(), **still));
        answer_offset(request, std::move(answer));
      });
}

void DataRequests::answer_offset(const wire::OffsetRequest& request, net::Responder answer) {
  partition::Partition* partition = find(request.space, request.partition, answer);
  if (!partition) return;
  Offset commit = partition->node().commit();
  if (request.at == wire::OffsetAt::kEarliest)
    return answer.reply({wire::OffsetReply{.offset = log_start(*partition), .commit = commit}, {}});
  if (request.at == wire::OffsetAt::kLatest)
    return answer.reply({wire::OffsetReply{.offset = commit, .commit = commit}, {}});
  offset_at(*partition, request.time,
            [commit, answer = std::move(answer)](Result<Offset> offset) mutable {
              if (!offset) return answer.fail(offset.error());
              answer.reply({wire::OffsetReply{.offset = *offset, .commit = commit}, {}});
            });
}

void DataRequests::on(const wire::PositionRequest& request, net::Responder answer) {
  partition::Partition* partition = find(request.space, request.partition, answer);
  if (!partition) return;
  partition->read(
      [this, alive = alive_, request, answer = std::move(answer)](Result<Offset> commit) mutable {
        if (!*alive) return;
        auto still = here_.find(request.space, request.partition);
        if (!still) return answer.fail(still.error());
        if (!commit) return answer.fail(about_leader(commit.error(), **still));
        answer.reply({position_of(**still, request.app, *commit), {}});
      });
}

void DataRequests::on(const wire::PartitionStatusRequest& request, net::Responder answer) {
  if (partition::Partition* partition = find(request.space, request.partition, answer))
    answer.reply({status_of(*partition), {}});
}

void DataRequests::on(const wire::LeadRequest& request, net::Responder answer) {
  partition::Partition* partition = find(request.space, request.partition, answer);
  if (!partition) return;
  if (leader_of(*partition) == request.broker) return answer.reply({wire::Done{}, {}});
  const auto& voters = partition->node().memberships().in_force().voters;
  auto to = std::ranges::find(voters, request.broker, broker_of);
  if (to == voters.end())
    return answer.fail(
        {ErrorCode::INVALID_ARGUMENT,
         fmt::format("broker {} has no voting replica of the partition", request.broker.value()),
         {}});
  if (auto moved = partition->transfer_leadership(*to); !moved)
    return answer.fail(about_leader(moved.error(), *partition));
  answer.reply({wire::Done{}, {}});
}

}  // namespace usher::server

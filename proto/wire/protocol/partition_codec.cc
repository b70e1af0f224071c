#include "proto/wire/protocol/partition_codec.h"

#include "proto/wire/protocol/fields.h"

namespace usher::wire {

OffsetRequest read(schema::OffsetRequest::Reader from) {
  return {.space = SpaceId(from.getSpace()),
          .partition = PartitionId(from.getPartition()),
          .at = fields::enum_of(from.getAt(), OffsetAt::kTime),
          .time = WallTime(from.getTimeUs()),
          .linearizable = from.getLinearizable()};
}

void write(const OffsetRequest& value, schema::OffsetRequest::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  into.setAt(fields::number_of(value.at));
  into.setTimeUs(value.time.us_since_1970());
  into.setLinearizable(value.linearizable);
}

OffsetReply read(schema::OffsetReply::Reader from) {
  return {.offset = Offset(from.getOffset()), .commit = Offset(from.getCommit())};
}

void write(const OffsetReply& value, schema::OffsetReply::Builder into) {
  into.setOffset(value.offset.value());
  into.setCommit(value.commit.value());
}

PositionRequest read(schema::PositionRequest::Reader from) {
  return {.space = SpaceId(from.getSpace()),
          .partition = PartitionId(from.getPartition()),
          .app = AppId(from.getApp())};
}

void write(const PositionRequest& value, schema::PositionRequest::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  into.setApp(value.app.value());
}

PositionReply read(schema::PositionReply::Reader from) {
  PositionReply reply{.commit = Offset(from.getCommit()),
                      .epoch = {},
                      .member = MemberId(from.getMember()),
                      .position = Offset(from.getPosition()),
                      .last_step = {}};
  if (from.getHasEpoch()) reply.epoch = Epoch(from.getEpoch());
  if (from.getHasLastStep()) reply.last_step = StepNumber(from.getLastStep());
  return reply;
}

void write(const PositionReply& value, schema::PositionReply::Builder into) {
  into.setCommit(value.commit.value());
  into.setHasEpoch(value.epoch.has_value());
  if (value.epoch) into.setEpoch(value.epoch->value());
  into.setMember(value.member.value());
  into.setPosition(value.position.value());
  into.setHasLastStep(value.last_step.has_value());
  if (value.last_step) into.setLastStep(value.last_step->value());
}

PartitionStatusRequest read(schema::PartitionStatusRequest::Reader from) {
  return {.space = SpaceId(from.getSpace()), .partition = PartitionId(from.getPartition())};
}

void write(const PartitionStatusRequest& value, schema::PartitionStatusRequest::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
}

PartitionStatusReply read(schema::PartitionStatusReply::Reader from) {
  auto replica = [](schema::ReplicaStatus::Reader one) {
    return ReplicaStatus{.broker = BrokerId(one.getBroker()),
                         .learner = one.getLearner(),
                         .match = Offset(one.getMatch())};
  };
  return {.term = Term(from.getTerm()),
          .leader = fields::optional_of<BrokerId>(from.getLeader()),
          .start = Offset(from.getStart()),
          .flushed = Offset(from.getFlushed()),
          .commit = Offset(from.getCommit()),
          .end = Offset(from.getEnd()),
          .log_bytes = from.getLogBytes(),
          .replicas = fields::read_list(from.getReplicas(), replica)};
}

void write(const PartitionStatusReply& value, schema::PartitionStatusReply::Builder into) {
  into.setTerm(value.term.value());
  into.setLeader(fields::number_or_0(value.leader));
  into.setStart(value.start.value());
  into.setFlushed(value.flushed.value());
  into.setCommit(value.commit.value());
  into.setEnd(value.end.value());
  into.setLogBytes(value.log_bytes);
  fields::write_list(value.replicas, into.initReplicas(fields::size_of(value.replicas)),
                     [](const ReplicaStatus& one, schema::ReplicaStatus::Builder to) {
                       to.setBroker(one.broker.value());
                       to.setLearner(one.learner);
                       to.setMatch(one.match.value());
                     });
}

}  // namespace usher::wire

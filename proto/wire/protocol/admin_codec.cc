#include "proto/wire/protocol/admin_codec.h"

#include "proto/wire/protocol/fields.h"
#include "proto/wire/protocol/metadata_codec.h"

namespace usher::wire {

Done read(schema::Done::Reader from) { return {.version = from.getVersion()}; }
void write(const Done& value, schema::Done::Builder into) { into.setVersion(value.version); }

CreateSpaceRequest read(schema::CreateSpaceRequest::Reader from) {
  return {.name = fields::text_of(from.getName()),
          .partitions = from.getPartitions(),
          .replicas = from.getReplicas()};
}

void write(const CreateSpaceRequest& value, schema::CreateSpaceRequest::Builder into) {
  into.setName(value.name);
  into.setPartitions(value.partitions);
  into.setReplicas(value.replicas);
}

DeleteSpaceRequest read(schema::DeleteSpaceRequest::Reader from) {
  return {.name = fields::text_of(from.getName())};
}

void write(const DeleteSpaceRequest& value, schema::DeleteSpaceRequest::Builder into) {
  into.setName(value.name);
}

CreateTopicRequest read(schema::CreateTopicRequest::Reader from) {
  return {.space = fields::text_of(from.getSpace()),
          .topic = fields::text_of(from.getTopic()),
          .writer = fields::enum_of(from.getWriter(), WriterKind::kLinks),
          .app = fields::text_of(from.getApp()),
          .changelog = from.getChangelog(),
          .retention = read(from.getRetention()),
          .schema = fields::text_of(from.getSchema())};
}

void write(const CreateTopicRequest& value, schema::CreateTopicRequest::Builder into) {
  into.setSpace(value.space);
  into.setTopic(value.topic);
  into.setWriter(fields::number_of(value.writer));
  into.setApp(value.app);
  into.setChangelog(value.changelog);
  write(value.retention, into.initRetention());
  into.setSchema(value.schema);
}

AlterTopicRequest read(schema::AlterTopicRequest::Reader from) {
  AlterTopicRequest request{.space = fields::text_of(from.getSpace()),
                            .topic = fields::text_of(from.getTopic()),
                            .retention = {},
                            .schema = {}};
  if (from.hasRetention()) request.retention = read(from.getRetention());
  if (from.hasSchema()) request.schema = fields::text_of(from.getSchema());
  return request;
}

void write(const AlterTopicRequest& value, schema::AlterTopicRequest::Builder into) {
  into.setSpace(value.space);
  into.setTopic(value.topic);
  if (value.retention) write(*value.retention, into.initRetention());
  if (value.schema) into.setSchema(*value.schema);
}

DeleteTopicRequest read(schema::DeleteTopicRequest::Reader from) {
  return {.space = fields::text_of(from.getSpace()), .topic = fields::text_of(from.getTopic())};
}

void write(const DeleteTopicRequest& value, schema::DeleteTopicRequest::Builder into) {
  into.setSpace(value.space);
  into.setTopic(value.topic);
}

LeadRequest read(schema::LeadRequest::Reader from) {
  return {.space = SpaceId(from.getSpace()),
          .partition = PartitionId(from.getPartition()),
          .broker = BrokerId(from.getBroker())};
}

void write(const LeadRequest& value, schema::LeadRequest::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  into.setBroker(value.broker.value());
}

NewEpochRequest read(schema::NewEpochRequest::Reader from) {
  return {.app = fields::text_of(from.getApp()), .partition = PartitionId(from.getPartition())};
}

void write(const NewEpochRequest& value, schema::NewEpochRequest::Builder into) {
  into.setApp(value.app);
  into.setPartition(value.partition.value());
}

NewEpochReply read(schema::NewEpochReply::Reader from) {
  return {.app = AppId(from.getApp()), .epoch = Epoch(from.getEpoch())};
}

void write(const NewEpochReply& value, schema::NewEpochReply::Builder into) {
  into.setApp(value.app.value());
  into.setEpoch(value.epoch.value());
}

}  // namespace usher::wire

#include "proto/wire/protocol/metadata_codec.h"

#include "proto/wire/protocol/fields.h"

namespace usher::wire {
namespace {

PartitionInfo read_partition(schema::PartitionInfo::Reader from) {
  return {.replicas = fields::ids_of<BrokerId>(from.getReplicas()),
          .leader = fields::optional_of<BrokerId>(from.getLeader()),
          .term = Term(from.getTerm())};
}

void write_partition(const PartitionInfo& value, schema::PartitionInfo::Builder into) {
  fields::write_ids(value.replicas, into.initReplicas(fields::size_of(value.replicas)));
  into.setLeader(fields::number_or_0(value.leader));
  into.setTerm(value.term.value());
}

}  // namespace

MetadataRequest read(schema::MetadataRequest::Reader) { return {}; }
void write(const MetadataRequest&, schema::MetadataRequest::Builder) {}

Retention read(schema::Retention::Reader from) {
  Retention retention;
  if (from.getHasAge()) retention.age = Duration(from.getAgeNs());
  if (from.getHasBytes()) retention.bytes = from.getBytes();
  return retention;
}

void write(const Retention& value, schema::Retention::Builder into) {
  into.setHasAge(value.age.has_value());
  if (value.age) into.setAgeNs(fields::ns_of(*value.age));
  into.setHasBytes(value.bytes.has_value());
  if (value.bytes) into.setBytes(*value.bytes);
}

AppInfo read(schema::AppInfo::Reader from) {
  return {.id = AppId(from.getId()),
          .name = fields::text_of(from.getName()),
          .space = SpaceId(from.getSpace())};
}

void write(const AppInfo& value, schema::AppInfo::Builder into) {
  into.setId(value.id.value());
  into.setName(value.name);
  into.setSpace(value.space.value());
}

BrokerInfo read(schema::BrokerInfo::Reader from) {
  return {.id = BrokerId(from.getId()),
          .endpoint = fields::text_of(from.getEndpoint()),
          .rack = fields::text_of(from.getRack()),
          .incarnation = Incarnation(from.getIncarnation()),
          .up = from.getUp()};
}

void write(const BrokerInfo& value, schema::BrokerInfo::Builder into) {
  into.setId(value.id.value());
  into.setEndpoint(value.endpoint);
  into.setRack(value.rack);
  into.setIncarnation(value.incarnation.value());
  into.setUp(value.up);
}

TopicInfo read(schema::TopicInfo::Reader from) {
  TopicInfo topic{.id = TopicId(from.getId()),
                  .name = fields::text_of(from.getName()),
                  .writer = fields::enum_of(from.getWriter(), WriterKind::kLinks),
                  .app = {},
                  .changelog = from.getChangelog(),
                  .retention = read(from.getRetention()),
                  .schema = fields::text_of(from.getSchema())};
  if (from.getHasApp()) topic.app = AppId(from.getApp());
  return topic;
}

void write(const TopicInfo& value, schema::TopicInfo::Builder into) {
  into.setId(value.id.value());
  into.setName(value.name);
  into.setWriter(fields::number_of(value.writer));
  into.setHasApp(value.app.has_value());
  if (value.app) into.setApp(value.app->value());
  into.setChangelog(value.changelog);
  write(value.retention, into.initRetention());
  into.setSchema(value.schema);
}

SpaceInfo read(schema::SpaceInfo::Reader from) {
  return {.id = SpaceId(from.getId()),
          .name = fields::text_of(from.getName()),
          .partitions = fields::read_list(from.getPartitions(), read_partition),
          .slots = fields::ids_of<PartitionId>(from.getSlots()),
          .topics = fields::read_list(from.getTopics(),
                                      [](schema::TopicInfo::Reader topic) { return read(topic); })};
}

void write(const SpaceInfo& value, schema::SpaceInfo::Builder into) {
  into.setId(value.id.value());
  into.setName(value.name);
  fields::write_list(value.partitions, into.initPartitions(fields::size_of(value.partitions)),
                     write_partition);
  fields::write_ids(value.slots, into.initSlots(fields::size_of(value.slots)));
  fields::write_list(
      value.topics, into.initTopics(fields::size_of(value.topics)),
      [](const TopicInfo& topic, schema::TopicInfo::Builder to) { write(topic, to); });
}

Metadata read(schema::Metadata::Reader from) {
  return {.cluster = fields::read(from.getCluster()),
          .version = from.getVersion(),
          .answered_by = BrokerId(from.getAnsweredBy()),
          .controller = fields::optional_of<BrokerId>(from.getController()),
          .brokers = fields::read_list(from.getBrokers(),
                                       [](schema::BrokerInfo::Reader one) { return read(one); }),
          .spaces = fields::read_list(from.getSpaces(),
                                      [](schema::SpaceInfo::Reader one) { return read(one); }),
          .apps = fields::read_list(from.getApps(),
                                    [](schema::AppInfo::Reader app) { return read(app); })};
}

void write(const Metadata& value, schema::Metadata::Builder into) {
  fields::write(value.cluster, into.initCluster());
  into.setVersion(value.version);
  into.setAnsweredBy(value.answered_by.value());
  into.setController(fields::number_or_0(value.controller));
  fields::write_list(value.brokers, into.initBrokers(fields::size_of(value.brokers)),
                     [](const BrokerInfo& one, schema::BrokerInfo::Builder to) { write(one, to); });
  fields::write_list(value.spaces, into.initSpaces(fields::size_of(value.spaces)),
                     [](const SpaceInfo& one, schema::SpaceInfo::Builder to) { write(one, to); });
  fields::write_list(value.apps, into.initApps(fields::size_of(value.apps)),
                     [](const AppInfo& app, schema::AppInfo::Builder to) { write(app, to); });
}

}  // namespace usher::wire

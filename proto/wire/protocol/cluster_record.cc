#include "proto/wire/protocol/cluster_record.h"

#include "proto/wire/protocol/fields.h"
#include "proto/wire/protocol/metadata_codec.h"
#include "proto/wire/untrusted.h"

namespace usher::wire {
namespace {

using Builder = schema::ClusterRecord::Builder;

void write(const BrokerInfo& value, Builder into) { wire::write(value, into.initBroker()); }
void write(const SpaceInfo& value, Builder into) { wire::write(value, into.initSpace()); }
void write(const AppInfo& value, Builder into) { wire::write(value, into.initApp()); }

void write(const SpaceDeleted& value, Builder into) {
  into.initSpaceDeleted().setSpace(value.space.value());
}

void write(const TopicPut& value, Builder into) {
  auto topic = into.initTopic();
  topic.setSpace(value.space.value());
  wire::write(value.topic, topic.initTopic());
}

void write(const TopicDeleted& value, Builder into) {
  auto deleted = into.initTopicDeleted();
  deleted.setSpace(value.space.value());
  deleted.setTopic(value.topic.value());
}

void write(const MemberJoined& value, Builder into) {
  auto joined = into.initMemberJoined();
  joined.setApp(value.app.value());
  joined.setMember(value.member.value());
  joined.setEndpoint(value.endpoint);
  joined.setAppVersion(value.app_version);
  joined.setTasksMax(value.tasks_max);
}

void write(const MemberLeft& value, Builder into) {
  auto left = into.initMemberLeft();
  left.setApp(value.app.value());
  left.setMember(value.member.value());
}

void write(const TaskProposed& value, Builder into) {
  auto proposed = into.initTaskProposed();
  proposed.setApp(value.app.value());
  proposed.setPartition(value.partition.value());
  proposed.setOwner(value.owner.value());
  proposed.setEpoch(value.epoch.value());
}

TopicPut read_topic(schema::TopicPut::Reader from) {
  return {.space = SpaceId(from.getSpace()), .topic = read(from.getTopic())};
}

TopicDeleted read_deleted(schema::TopicDeleted::Reader from) {
  return {.space = SpaceId(from.getSpace()), .topic = TopicId(from.getTopic())};
}

MemberJoined read_joined(schema::MemberJoined::Reader from) {
  return {.app = AppId(from.getApp()),
          .member = MemberId(from.getMember()),
          .endpoint = fields::text_of(from.getEndpoint()),
          .app_version = from.getAppVersion(),
          .tasks_max = from.getTasksMax()};
}

MemberLeft read_left(schema::MemberLeft::Reader from) {
  return {.app = AppId(from.getApp()), .member = MemberId(from.getMember())};
}

TaskProposed read_proposed(schema::TaskProposed::Reader from) {
  return {.app = AppId(from.getApp()),
          .partition = PartitionId(from.getPartition()),
          .owner = MemberId(from.getOwner()),
          .epoch = Epoch(from.getEpoch())};
}

Result<ClusterRecord> read_record(schema::ClusterRecord::Reader from) {
  using Kind = schema::ClusterRecord::Which;
  switch (from.which()) {
    case Kind::BROKER:
      return read(from.getBroker());
    case Kind::SPACE:
      return read(from.getSpace());
    case Kind::SPACE_DELETED:
      return SpaceDeleted{SpaceId(from.getSpaceDeleted().getSpace())};
    case Kind::TOPIC:
      return read_topic(from.getTopic());
    case Kind::TOPIC_DELETED:
      return read_deleted(from.getTopicDeleted());
    case Kind::APP:
      return read(from.getApp());
    case Kind::MEMBER_JOINED:
      return read_joined(from.getMemberJoined());
    case Kind::MEMBER_LEFT:
      return read_left(from.getMemberLeft());
    case Kind::TASK_PROPOSED:
      return read_proposed(from.getTaskProposed());
  }
  return fail(ErrorCode::ENVELOPE_MALFORMED, "a cluster record of a kind from a newer version");
}

}  // namespace

Buffer encode_cluster_record(const ClusterRecord& record) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::ClusterRecord>();
  std::visit([&](const auto& value) { write(value, root); }, record);
  return buffer_of(message);
}

Result<ClusterRecord> decode_cluster_record(Bytes bytes) {
  Result<ClusterRecord> record;
  TRY(read_untrusted(bytes, [&](capnp::MessageReader& message) {
    record = read_record(message.getRoot<schema::ClusterRecord>());
  }));
  return record;
}

}  // namespace usher::wire

// What the controller's log says: decisions, each a fact that every broker takes over as it stands
// (broker/controller/cluster_state.h). A record's value in the topic kClusterTopic of `_system`;
// Cap'n Proto, by proto/schema/cluster_record.capnp.
#pragma once

#include <variant>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/protocol/apps.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::wire {

struct SpaceDeleted {
  SpaceId space = {};
  friend bool operator==(const SpaceDeleted&, const SpaceDeleted&) = default;
};
// Made or altered.
struct TopicPut {
  SpaceId space = {};
  TopicInfo topic = {};
  friend bool operator==(const TopicPut&, const TopicPut&) = default;
};
struct TopicDeleted {
  SpaceId space = {};
  TopicId topic = {};
  friend bool operator==(const TopicDeleted&, const TopicDeleted&) = default;
};
struct MemberJoined {
  AppId app = {};
  MemberId member = {};
  std::string endpoint = {};
  uint32_t app_version = 0;
  uint32_t tasks_max = 0;
  friend bool operator==(const MemberJoined&, const MemberJoined&) = default;
};
struct MemberLeft {
  AppId app = {};
  MemberId member = {};
  friend bool operator==(const MemberLeft&, const MemberLeft&) = default;
};
// Who should claim the task, under which epoch; an epoch without an owner is an operator's.
struct TaskProposed {
  AppId app = {};
  PartitionId partition = {};
  MemberId owner = {};
  Epoch epoch = {};
  friend bool operator==(const TaskProposed&, const TaskProposed&) = default;
};

// A broker as it registered (`up` means nothing here); a space as it was made.
using ClusterRecord = std::variant<BrokerInfo, SpaceInfo, SpaceDeleted, TopicPut, TopicDeleted,
                                   AppInfo, MemberJoined, MemberLeft, TaskProposed>;

Buffer encode_cluster_record(const ClusterRecord& record);
// ENVELOPE_MALFORMED.
Result<ClusterRecord> decode_cluster_record(Bytes bytes);

}  // namespace usher::wire

# What the controller's log says, one record each. proto/wire/protocol/cluster_record.h
@0xac17d5e36b0f9412;

using Cxx = import "/capnp/c++.capnp";
using Metadata = import "metadata.capnp";
$Cxx.namespace("usher::schema");

struct ClusterRecord {
  union {
    broker @0 :Metadata.BrokerInfo;
    space @1 :Metadata.SpaceInfo;
    spaceDeleted @2 :SpaceDeleted;
    topic @3 :TopicPut;
    topicDeleted @4 :TopicDeleted;
    app @5 :Metadata.AppInfo;
    memberJoined @6 :MemberJoined;
    memberLeft @7 :MemberLeft;
    taskProposed @8 :TaskProposed;
  }
}

struct SpaceDeleted {
  space @0 :UInt32;
}
struct TopicPut {
  space @0 :UInt32;
  topic @1 :Metadata.TopicInfo;
}
struct TopicDeleted {
  space @0 :UInt32;
  topic @1 :UInt32;
}
struct MemberJoined {
  app @0 :UInt32;
  member @1 :UInt64;
  endpoint @2 :Text;
  appVersion @3 :UInt32;
  tasksMax @4 :UInt32;
}
struct MemberLeft {
  app @0 :UInt32;
  member @1 :UInt64;
}
struct TaskProposed {
  app @0 :UInt32;
  partition @1 :UInt32;
  owner @2 :UInt64;             # 0: nobody
  epoch @3 :UInt64;
}

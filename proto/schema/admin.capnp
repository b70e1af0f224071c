# What an operator changes. proto/wire/protocol/admin.h
@0x8c6d1f40b2e73906;

using Cxx = import "/capnp/c++.capnp";
using Retention = import "metadata.capnp".Retention;
$Cxx.namespace("usher::schema");

# The answer where there is nothing to say but that it is done.
struct Done {
  version @0 :UInt64;           # of the metadata that shows it
}

struct CreateSpaceRequest {
  name @0 :Text;
  partitions @1 :UInt32;
  replicas @2 :UInt32;
}
struct DeleteSpaceRequest {
  name @0 :Text;
}

struct CreateTopicRequest {
  space @0 :Text;
  topic @1 :Text;
  writer @2 :UInt16;            # as in TopicInfo
  app @3 :Text;
  changelog @4 :Bool;
  retention @5 :Retention;
  schema @6 :Text;
}
struct AlterTopicRequest {
  space @0 :Text;
  topic @1 :Text;
  retention @2 :Retention;      # null: as it is
  schema @3 :Text;              # null: as it is
}
struct DeleteTopicRequest {
  space @0 :Text;
  topic @1 :Text;
}

struct LeadRequest {
  space @0 :UInt32;
  partition @1 :UInt32;
  broker @2 :UInt32;
}

struct NewEpochRequest {
  app @0 :Text;
  partition @1 :UInt32;
}
struct NewEpochReply {
  app @0 :UInt32;
  epoch @1 :UInt64;
}

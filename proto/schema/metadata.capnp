# What everybody knows of the cluster. proto/wire/protocol/metadata.h
@0xa40f7e12d96bc505;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema");

struct MetadataRequest {}

struct Metadata {
  cluster @0 :ClusterId;
  version @1 :UInt64;
  answeredBy @2 :UInt32;
  controller @3 :UInt32;        # 0: not known
  brokers @4 :List(BrokerInfo);
  spaces @5 :List(SpaceInfo);
  apps @6 :List(AppInfo);
}

struct ClusterId {
  high @0 :UInt64;
  low @1 :UInt64;
}

struct BrokerInfo {
  id @0 :UInt32;
  endpoint @1 :Text;
  rack @2 :Text;
  incarnation @3 :UInt64;
  up @4 :Bool;
}

struct SpaceInfo {
  id @0 :UInt32;
  name @1 :Text;
  partitions @2 :List(PartitionInfo);
  slots @3 :List(UInt16);       # slot → partition
  topics @4 :List(TopicInfo);
}
struct PartitionInfo {
  replicas @0 :List(UInt32);
  leader @1 :UInt32;            # 0: not known
  term @2 :UInt64;
}
struct TopicInfo {
  id @0 :UInt32;
  name @1 :Text;
  writer @2 :UInt16;            # 0 producers, 1 an app, 2 links
  hasApp @3 :Bool;
  app @4 :UInt32;
  changelog @5 :Bool;
  retention @6 :Retention;
  schema @7 :Text;
}
struct Retention {
  hasAge @0 :Bool;
  ageNs @1 :Int64;
  hasBytes @2 :Bool;
  bytes @3 :UInt64;
}

struct AppInfo {
  id @0 :UInt32;
  name @1 :Text;
  space @2 :UInt32;
}

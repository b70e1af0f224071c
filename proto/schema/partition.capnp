# Questions about one partition. proto/wire/protocol/fetch.h
@0x9b52e0d3c7481f04;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema");

struct OffsetRequest {
  space @0 :UInt32;
  partition @1 :UInt32;
  at @2 :UInt16;                # 0 earliest, 1 latest, 2 at time
  timeUs @3 :Int64;
  linearizable @4 :Bool;
}
struct OffsetReply {
  offset @0 :UInt64;
  commit @1 :UInt64;
}

struct PositionRequest {
  space @0 :UInt32;
  partition @1 :UInt32;
  app @2 :UInt32;
}
struct PositionReply {
  commit @0 :UInt64;
  hasEpoch @1 :Bool;
  epoch @2 :UInt64;
  member @3 :UInt64;
  position @4 :UInt64;
  hasLastStep @5 :Bool;
  lastStep @6 :UInt64;
}

struct PartitionStatusRequest {
  space @0 :UInt32;
  partition @1 :UInt32;
}
struct PartitionStatusReply {
  term @0 :UInt64;
  leader @1 :UInt32;            # broker ids begin at 1: 0 is none
  start @2 :UInt64;
  flushed @3 :UInt64;
  commit @4 :UInt64;
  end @5 :UInt64;
  logBytes @6 :UInt64;
  replicas @7 :List(ReplicaStatus);
}
struct ReplicaStatus {
  broker @0 :UInt32;
  learner @1 :Bool;
  match @2 :UInt64;
}

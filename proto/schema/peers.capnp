# What brokers say to each other. proto/wire/protocol/peers.h
@0xd8f316a47c9e0b09;

using Cxx = import "/capnp/c++.capnp";
using ClusterId = import "metadata.capnp".ClusterId;
$Cxx.namespace("usher::schema");

# Many groups' messages in one frame; the batches of all stand in the payload, in this order.
struct PeerMessages {
  cluster @0 :ClusterId;
  messages @1 :List(PeerMessage);
}
struct PeerMessage {
  space @0 :UInt32;
  partition @1 :UInt32;
  from @2 :UInt64;
  to @3 :UInt64;
  term @4 :UInt64;
  kind @5 :UInt16;
  yes @6 :Bool;
  batches @7 :UInt16;
  end @8 :UInt64;
  endTerm @9 :UInt64;
  commit @10 :UInt64;
  round @11 :UInt64;
}

struct Founder {
  broker @0 :UInt32;
  endpoint @1 :Text;
  rack @2 :Text;
  incarnation @3 :UInt64;
}
struct FoundingPlan {
  cluster @0 :ClusterId;
  founders @1 :List(Founder);
}

struct IntroduceRequest {
  self @0 :Founder;
  cluster @1 :ClusterId;
}
struct IntroduceReply {
  self @0 :Founder;
  stage @1 :UInt16;             # 0 empty, 1 prepared, 2 founded
  plan @2 :FoundingPlan;
  clockUs @3 :Int64;            # the broker's own, since 1970
}
struct PrepareRequest {
  plan @0 :FoundingPlan;
}
struct FoundRequest {
  plan @0 :FoundingPlan;
}

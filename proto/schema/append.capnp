# To put a batch into a partition; the batch is the payload. proto/wire/protocol/append.h
@0xc3a1f95d8e447b02;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema");

struct AppendRequest {
  space @0 :UInt32;
  partition @1 :UInt32;
}
struct AppendReply {
  base @0 :UInt64;
  end @1 :UInt64;
  term @2 :UInt64;
  timeUs @3 :Int64;             # since 1970, UTC
  chain @4 :Data;               # 32 bytes
  baseSeqs @5 :List(UInt64);    # by topic, as in the batch's table
  replicas @6 :UInt32;
}

struct NewProducerRequest {}
struct NewProducerReply {
  madeAtUs @0 :Int64;
  random @1 :UInt64;
}

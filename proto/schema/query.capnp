# A question about one key; question and answer are the payload. proto/wire/protocol/query.h
@0xb7e4c0596d2a1f08;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usher::schema");

struct QueryRequest {
  app @0 :Text;
  space @1 :UInt32;
  partition @2 :UInt32;
  query @3 :Text;
  waitNs @4 :Int64;
  hasAtLeast @5 :Bool;
  atLeast @6 :UInt64;
  forwarded @7 :Bool;
}
struct QueryReply {
  found @0 :Bool;
  offset @1 :UInt64;
}

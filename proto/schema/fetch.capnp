# To read partitions; the batches are the payload. proto/wire/protocol/fetch.h
@0xe7d02b6c91f5a803;

using Cxx = import "/capnp/c++.capnp";
using Failure = import "failure.capnp".Failure;
$Cxx.namespace("usher::schema");

struct FetchRequest {
  partitions @0 :List(FetchPartition);
  bytesMin @1 :UInt32;
  bytesMax @2 :UInt32;
  waitNs @3 :Int64;
}
struct FetchPartition {
  space @0 :UInt32;
  partition @1 :UInt32;
  from @2 :UInt64;
  continues @3 :UInt64;         # the term before `from`; terms begin at 1, so 0 is none
  topics @4 :List(UInt32);      # none: all
  bytesMax @5 :UInt32;
  uncommitted @6 :Bool;
  whole @7 :Bool;               # all topics of each batch that has one of `topics`
}

struct FetchReply {
  partitions @0 :List(FetchedPartition);
}
struct FetchedPartition {
  space @0 :UInt32;
  partition @1 :UInt32;
  error @2 :Failure;            # null: none
  batches @3 :List(UInt64);     # for each batch of the payload, its sections that came, as bits
  scanned @4 :UInt64;
  scannedTerm @5 :UInt64;       # 0: none
  start @6 :UInt64;
  commit @7 :UInt64;
}

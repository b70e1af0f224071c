// To put one batch into a partition's log. The request's payload is the batch, without a place; its
// guard says under which condition. Answered when it is committed, with its receipt.
// Refusals come as failures whose Error::at is the number they are about (docs/errors.md).
#pragma once

#include <cstdint>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/batch_header.h"

namespace usher::wire {

struct AppendRequest {
  SpaceId space = {};
  PartitionId partition = {};
  friend bool operator==(const AppendRequest&, const AppendRequest&) = default;
};

// Where the batch stands and how to prove it.
struct AppendReply {
  Offset base = {};
  Offset end = {};
  Term term = {};
  WallTime time = {};
  Chain chain = {};
  std::vector<Seq> base_seqs = {};  // by topic, as in the batch's table
  uint32_t replicas = 0;            // how many disks are known to hold it
  friend bool operator==(const AppendReply&, const AppendReply&) = default;
};

// An identity for a producer, never given twice.
struct NewProducerRequest {
  friend bool operator==(const NewProducerRequest&, const NewProducerRequest&) = default;
};
struct NewProducerReply {
  ProducerId producer = {};
  friend bool operator==(const NewProducerReply&, const NewProducerReply&) = default;
};

}  // namespace usher::wire

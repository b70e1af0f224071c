// What a producer gets for a record that is committed: where it stands, and how to prove it.
#pragma once

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/batch_header.h"

namespace usher::client {

struct Receipt {
  PartitionId partition;
  Offset offset;
  Seq seq;
  Term term;
  WallTime time;
  wire::Chain chain;      // of the record's batch
  uint32_t replicas = 0;  // disks known to hold it
};

}  // namespace usher::client

// Questions about one partition. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::wire {

OffsetRequest read(schema::OffsetRequest::Reader from);
void write(const OffsetRequest& value, schema::OffsetRequest::Builder into);
OffsetReply read(schema::OffsetReply::Reader from);
void write(const OffsetReply& value, schema::OffsetReply::Builder into);
PositionRequest read(schema::PositionRequest::Reader from);
void write(const PositionRequest& value, schema::PositionRequest::Builder into);
PositionReply read(schema::PositionReply::Reader from);
void write(const PositionReply& value, schema::PositionReply::Builder into);
PartitionStatusRequest read(schema::PartitionStatusRequest::Reader from);
void write(const PartitionStatusRequest& value, schema::PartitionStatusRequest::Builder into);
PartitionStatusReply read(schema::PartitionStatusReply::Reader from);
void write(const PartitionStatusReply& value, schema::PartitionStatusReply::Builder into);

}  // namespace usher::wire

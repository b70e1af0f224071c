// Questions to an app. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/query.h"

namespace usher::wire {

QueryRequest read(schema::QueryRequest::Reader from);
void write(const QueryRequest& value, schema::QueryRequest::Builder into);
QueryReply read(schema::QueryReply::Reader from);
void write(const QueryReply& value, schema::QueryReply::Builder into);

}  // namespace usher::wire

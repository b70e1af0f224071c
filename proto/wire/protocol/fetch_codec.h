// Fetch. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::wire {

FetchRequest read(schema::FetchRequest::Reader from);
void write(const FetchRequest& value, schema::FetchRequest::Builder into);
FetchReply read(schema::FetchReply::Reader from);
void write(const FetchReply& value, schema::FetchReply::Builder into);

}  // namespace usher::wire

// Append and producer identities. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/append.h"

namespace usher::wire {

AppendRequest read(schema::AppendRequest::Reader from);
void write(const AppendRequest& value, schema::AppendRequest::Builder into);
AppendReply read(schema::AppendReply::Reader from);
void write(const AppendReply& value, schema::AppendReply::Builder into);
NewProducerRequest read(schema::NewProducerRequest::Reader from);
void write(const NewProducerRequest& value, schema::NewProducerRequest::Builder into);
NewProducerReply read(schema::NewProducerReply::Reader from);
void write(const NewProducerReply& value, schema::NewProducerReply::Builder into);

}  // namespace usher::wire

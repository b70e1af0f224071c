// What brokers say to each other. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/peers.h"

namespace usher::wire {

PeerMessages read(schema::PeerMessages::Reader from);
void write(const PeerMessages& value, schema::PeerMessages::Builder into);
IntroduceRequest read(schema::IntroduceRequest::Reader from);
void write(const IntroduceRequest& value, schema::IntroduceRequest::Builder into);
IntroduceReply read(schema::IntroduceReply::Reader from);
void write(const IntroduceReply& value, schema::IntroduceReply::Builder into);
PrepareRequest read(schema::PrepareRequest::Reader from);
void write(const PrepareRequest& value, schema::PrepareRequest::Builder into);
FoundRequest read(schema::FoundRequest::Reader from);
void write(const FoundRequest& value, schema::FoundRequest::Builder into);

}  // namespace usher::wire

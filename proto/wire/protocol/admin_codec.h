// What an operator changes. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/admin.h"

namespace usher::wire {

Done read(schema::Done::Reader from);
void write(const Done& value, schema::Done::Builder into);
CreateSpaceRequest read(schema::CreateSpaceRequest::Reader from);
void write(const CreateSpaceRequest& value, schema::CreateSpaceRequest::Builder into);
DeleteSpaceRequest read(schema::DeleteSpaceRequest::Reader from);
void write(const DeleteSpaceRequest& value, schema::DeleteSpaceRequest::Builder into);
CreateTopicRequest read(schema::CreateTopicRequest::Reader from);
void write(const CreateTopicRequest& value, schema::CreateTopicRequest::Builder into);
AlterTopicRequest read(schema::AlterTopicRequest::Reader from);
void write(const AlterTopicRequest& value, schema::AlterTopicRequest::Builder into);
DeleteTopicRequest read(schema::DeleteTopicRequest::Reader from);
void write(const DeleteTopicRequest& value, schema::DeleteTopicRequest::Builder into);
LeadRequest read(schema::LeadRequest::Reader from);
void write(const LeadRequest& value, schema::LeadRequest::Builder into);
NewEpochRequest read(schema::NewEpochRequest::Reader from);
void write(const NewEpochRequest& value, schema::NewEpochRequest::Builder into);
NewEpochReply read(schema::NewEpochReply::Reader from);
void write(const NewEpochReply& value, schema::NewEpochReply::Builder into);

}  // namespace usher::wire

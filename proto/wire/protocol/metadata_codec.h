// The cluster as everybody knows it. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::wire {

MetadataRequest read(schema::MetadataRequest::Reader from);
void write(const MetadataRequest& value, schema::MetadataRequest::Builder into);
Metadata read(schema::Metadata::Reader from);
void write(const Metadata& value, schema::Metadata::Builder into);
BrokerInfo read(schema::BrokerInfo::Reader from);
void write(const BrokerInfo& value, schema::BrokerInfo::Builder into);
TopicInfo read(schema::TopicInfo::Reader from);
void write(const TopicInfo& value, schema::TopicInfo::Builder into);
SpaceInfo read(schema::SpaceInfo::Reader from);
void write(const SpaceInfo& value, schema::SpaceInfo::Builder into);
Retention read(schema::Retention::Reader from);
void write(const Retention& value, schema::Retention::Builder into);
AppInfo read(schema::AppInfo::Reader from);
void write(const AppInfo& value, schema::AppInfo::Builder into);

}  // namespace usher::wire

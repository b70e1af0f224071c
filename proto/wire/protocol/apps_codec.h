// Membership in an app. Plain values in and out of their schema; what is read may
// be refused by an exception of Cap'n Proto's (fields.h).
#pragma once

#include "proto/wire/capnp.h"
#include "proto/wire/protocol/apps.h"

namespace usher::wire {

JoinRequest read(schema::JoinRequest::Reader from);
void write(const JoinRequest& value, schema::JoinRequest::Builder into);
JoinReply read(schema::JoinReply::Reader from);
void write(const JoinReply& value, schema::JoinReply::Builder into);
MemberHeartbeat read(schema::MemberHeartbeat::Reader from);
void write(const MemberHeartbeat& value, schema::MemberHeartbeat::Builder into);
Assignment read(schema::Assignment::Reader from);
void write(const Assignment& value, schema::Assignment::Builder into);
LeaveRequest read(schema::LeaveRequest::Reader from);
void write(const LeaveRequest& value, schema::LeaveRequest::Builder into);
DescribeAppRequest read(schema::DescribeAppRequest::Reader from);
void write(const DescribeAppRequest& value, schema::DescribeAppRequest::Builder into);
AppDescription read(schema::AppDescription::Reader from);
void write(const AppDescription& value, schema::AppDescription::Builder into);

}  // namespace usher::wire

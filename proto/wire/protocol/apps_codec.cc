#include "proto/wire/protocol/apps_codec.h"

#include "proto/wire/protocol/fields.h"
#include "proto/wire/protocol/metadata_codec.h"

namespace usher::wire {
namespace {

using HeldTask = MemberHeartbeat::Task;

HeldTask read_held(schema::Task::Reader from) {
  return {.partition = PartitionId(from.getPartition()),
          .role = fields::enum_of(from.getRole(), TaskRole::kStandby),
          .epoch = Epoch(from.getEpoch()),
          .applied = Offset(from.getApplied())};
}

void write_held(const HeldTask& value, schema::Task::Builder into) {
  into.setPartition(value.partition.value());
  into.setRole(fields::number_of(value.role));
  into.setEpoch(value.epoch.value());
  into.setApplied(value.applied.value());
}

AppMember read_member(schema::AppMember::Reader from) {
  return {.member = MemberId(from.getMember()),
          .endpoint = fields::text_of(from.getEndpoint()),
          .tasks = fields::read_list(from.getTasks(), read_held)};
}

void write_member(const AppMember& value, schema::AppMember::Builder into) {
  into.setMember(value.member.value());
  into.setEndpoint(value.endpoint);
  fields::write_list(value.tasks, into.initTasks(fields::size_of(value.tasks)), write_held);
}

AppDescription::Task read_task(schema::ProposedTask::Reader from) {
  return {.partition = PartitionId(from.getPartition()),
          .owner = MemberId(from.getOwner()),
          .epoch = Epoch(from.getEpoch()),
          .owner_endpoint = fields::text_of(from.getOwnerEndpoint())};
}

void write_task(const AppDescription::Task& value, schema::ProposedTask::Builder into) {
  into.setPartition(value.partition.value());
  into.setOwner(value.owner.value());
  into.setEpoch(value.epoch.value());
  into.setOwnerEndpoint(value.owner_endpoint);
}

}  // namespace

JoinRequest read(schema::JoinRequest::Reader from) {
  auto warm = [](schema::JoinRequest::Warm::Reader one) {
    return JoinRequest::Warm{.partition = PartitionId(one.getPartition()),
                             .applied = Offset(one.getApplied())};
  };
  return {.app = fields::text_of(from.getApp()),
          .space = SpaceId(from.getSpace()),
          .endpoint = fields::text_of(from.getEndpoint()),
          .app_version = from.getAppVersion(),
          .tasks_max = from.getTasksMax(),
          .warm = fields::read_list(from.getWarm(), warm)};
}

void write(const JoinRequest& value, schema::JoinRequest::Builder into) {
  into.setApp(value.app);
  into.setSpace(value.space.value());
  into.setEndpoint(value.endpoint);
  into.setAppVersion(value.app_version);
  into.setTasksMax(value.tasks_max);
  fields::write_list(value.warm, into.initWarm(fields::size_of(value.warm)),
                     [](const JoinRequest::Warm& one, schema::JoinRequest::Warm::Builder to) {
                       to.setPartition(one.partition.value());
                       to.setApplied(one.applied.value());
                     });
}

JoinReply read(schema::JoinReply::Reader from) {
  return {.member = MemberId(from.getMember()), .app = AppId(from.getApp())};
}

void write(const JoinReply& value, schema::JoinReply::Builder into) {
  into.setMember(value.member.value());
  into.setApp(value.app.value());
}

MemberHeartbeat read(schema::MemberHeartbeat::Reader from) {
  return {.member = MemberId(from.getMember()),
          .assignment = from.getAssignment(),
          .tasks = fields::read_list(from.getTasks(), read_held)};
}

void write(const MemberHeartbeat& value, schema::MemberHeartbeat::Builder into) {
  into.setMember(value.member.value());
  into.setAssignment(value.assignment);
  fields::write_list(value.tasks, into.initTasks(fields::size_of(value.tasks)), write_held);
}

Assignment read(schema::Assignment::Reader from) {
  auto proposal = [](schema::Task::Reader one) {
    return TaskProposal{.partition = PartitionId(one.getPartition()),
                        .role = fields::enum_of(one.getRole(), TaskRole::kStandby),
                        .epoch = Epoch(one.getEpoch())};
  };
  return {.version = from.getVersion(), .tasks = fields::read_list(from.getTasks(), proposal)};
}

void write(const Assignment& value, schema::Assignment::Builder into) {
  into.setVersion(value.version);
  fields::write_list(value.tasks, into.initTasks(fields::size_of(value.tasks)),
                     [](const TaskProposal& one, schema::Task::Builder to) {
                       to.setPartition(one.partition.value());
                       to.setRole(fields::number_of(one.role));
                       to.setEpoch(one.epoch.value());
                     });
}

LeaveRequest read(schema::LeaveRequest::Reader from) {
  return {.member = MemberId(from.getMember())};
}

void write(const LeaveRequest& value, schema::LeaveRequest::Builder into) {
  into.setMember(value.member.value());
}

DescribeAppRequest read(schema::DescribeAppRequest::Reader from) {
  return {.app = fields::text_of(from.getApp())};
}

void write(const DescribeAppRequest& value, schema::DescribeAppRequest::Builder into) {
  into.setApp(value.app);
}

AppDescription read(schema::AppDescription::Reader from) {
  return {.app = read(from.getApp()),
          .assignment = from.getAssignment(),
          .members = fields::read_list(from.getMembers(), read_member),
          .tasks = fields::read_list(from.getTasks(), read_task)};
}

void write(const AppDescription& value, schema::AppDescription::Builder into) {
  write(value.app, into.initApp());
  into.setAssignment(value.assignment);
  fields::write_list(value.members, into.initMembers(fields::size_of(value.members)), write_member);
  fields::write_list(value.tasks, into.initTasks(fields::size_of(value.tasks)), write_task);
}

}  // namespace usher::wire

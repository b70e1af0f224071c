# Membership in an app. proto/wire/protocol/apps.h
@0xf25b98e7a13c6d07;

using Cxx = import "/capnp/c++.capnp";
using AppInfo = import "metadata.capnp".AppInfo;
$Cxx.namespace("usher::schema");

struct JoinRequest {
  app @0 :Text;
  space @1 :UInt32;
  endpoint @2 :Text;
  appVersion @3 :UInt32;
  tasksMax @4 :UInt32;
  warm @5 :List(Warm);

  struct Warm {
    partition @0 :UInt32;
    applied @1 :UInt64;
  }
}
struct JoinReply {
  member @0 :UInt64;
  app @1 :UInt32;
}

# A task as a member holds it, or should.
struct Task {
  partition @0 :UInt32;
  role @1 :UInt16;              # 0 owner, 1 standby
  epoch @2 :UInt64;
  applied @3 :UInt64;
}

struct MemberHeartbeat {
  member @0 :UInt64;
  assignment @1 :UInt64;
  tasks @2 :List(Task);
}
struct Assignment {
  version @0 :UInt64;
  tasks @1 :List(Task);
}

struct LeaveRequest {
  member @0 :UInt64;
}

struct DescribeAppRequest {
  app @0 :Text;
}
struct AppDescription {
  app @0 :AppInfo;
  assignment @1 :UInt64;
  members @2 :List(AppMember);
  tasks @3 :List(ProposedTask);
}
struct AppMember {
  member @0 :UInt64;
  endpoint @1 :Text;
  tasks @2 :List(Task);
}
struct ProposedTask {
  partition @0 :UInt32;
  owner @1 :UInt64;
  epoch @2 :UInt64;
  ownerEndpoint @3 :Text;
}

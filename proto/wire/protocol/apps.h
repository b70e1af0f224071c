// Membership in an app: who is there, who should own which task. The controller proposes, the
// partition decides (a claim). A member speaks to the controller's leader over one connection; when
// it ends the member is gone at once, when it is silent for kMemberSilence likewise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::wire {

// Makes the app where it is not known: its name, for ever of this space.
struct JoinRequest {
  std::string app = {};
  SpaceId space = {};
  std::string endpoint = {};  // where it answers queries; empty: nowhere
  uint32_t app_version = 0;
  uint32_t tasks_max = 0;  // how many it takes at most; 0: any number
  // Partitions for which it has state on its disk, with how far it reaches: the warm come first.
  struct Warm {
    PartitionId partition = {};
    Offset applied = {};
    friend bool operator==(const Warm&, const Warm&) = default;
  };
  std::vector<Warm> warm = {};
  friend bool operator==(const JoinRequest&, const JoinRequest&) = default;
};
struct JoinReply {
  MemberId member = {};
  AppId app = {};
  friend bool operator==(const JoinReply&, const JoinReply&) = default;
};

enum class TaskRole : uint8_t { kOwner = 0, kStandby = 1 };

struct TaskProposal {
  PartitionId partition = {};
  TaskRole role = TaskRole::kOwner;
  Epoch epoch = {};  // with kOwner: the one to claim under
  friend bool operator==(const TaskProposal&, const TaskProposal&) = default;
};

// Sent every kMemberHeartbeat, and at once when something changes.
struct MemberHeartbeat {
  MemberId member = {};
  uint64_t assignment = 0;  // the version it acts on
  // Tasks that it has given up since: free to be proposed to another.
  struct Task {
    PartitionId partition = {};
    TaskRole role = TaskRole::kOwner;
    Epoch epoch = {};
    Offset applied = {};
    friend bool operator==(const Task&, const Task&) = default;
  };
  std::vector<Task> tasks = {};  // what it holds now
  friend bool operator==(const MemberHeartbeat&, const MemberHeartbeat&) = default;
};
struct Assignment {
  uint64_t version = 0;
  std::vector<TaskProposal> tasks = {};
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

struct LeaveRequest {
  MemberId member = {};
  friend bool operator==(const LeaveRequest&, const LeaveRequest&) = default;
};

struct DescribeAppRequest {
  std::string app = {};
  friend bool operator==(const DescribeAppRequest&, const DescribeAppRequest&) = default;
};
struct AppMember {
  MemberId member = {};
  std::string endpoint = {};
  std::vector<MemberHeartbeat::Task> tasks = {};
  friend bool operator==(const AppMember&, const AppMember&) = default;
};
struct AppDescription {
  AppInfo app = {};
  uint64_t assignment = 0;
  std::vector<AppMember> members = {};
  struct Task {
    PartitionId partition = {};
    MemberId owner = {};  // proposed; none: nobody is there
    Epoch epoch = {};
    std::string owner_endpoint = {};
    friend bool operator==(const Task&, const Task&) = default;
  };
  std::vector<Task> tasks = {};
  friend bool operator==(const AppDescription&, const AppDescription&) = default;
};

}  // namespace usher::wire

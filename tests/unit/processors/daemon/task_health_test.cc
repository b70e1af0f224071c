#include "processors/daemon/task_health.h"

#include "proto/base/limits.h"

#include "tests/doctest.h"

namespace usher::processors {
namespace {

constexpr PartitionId kThree{3};

wire::TaskProposal owner(Epoch epoch = Epoch(1)) {
  return {.partition = kThree, .role = wire::TaskRole::kOwner, .epoch = epoch};
}
TaskStatus status(Phase phase) {
  return {.partition = kThree, .phase = phase, .role = wire::TaskRole::kOwner, .epoch = Epoch(1)};
}
service::Health health(const TaskStatus& of) {
  return health_of({{kThree, owner()}}, {{kThree, of}});
}

TEST_CASE("a daemon without tasks is ready") {
  service::Health empty = health_of({}, {});
  EXPECT(empty.ok);
  EXPECT(empty.detail == "0 tasks, 0 standbys");
}

TEST_CASE("it is ready when its tasks run, and while they find out about their steps") {
  EXPECT(health(status(Phase::kRunning)).ok);
  EXPECT(health(status(Phase::kRecovering)).ok);
  EXPECT(!health(status(Phase::kClaiming)).ok);
  EXPECT(!health_of({{kThree, owner()}}, {}).ok);
  EXPECT(!health_of({{kThree, owner(Epoch(2))}}, {{kThree, status(Phase::kRunning)}}).ok);
}

TEST_CASE("a task that restores says how far it has to go") {
  TaskStatus restoring = status(Phase::kRestoring);
  restoring.restore_remaining = 12;
  EXPECT(health(restoring).detail == "task 3 restoring, 12 records to go");
}

TEST_CASE("a task that stopped is named with its reason") {
  TaskStatus stopped = status(Phase::kStopped);
  stopped.failure = Error{ErrorCode::POISONED, "5 owners ended"};
  EXPECT(!health(stopped).ok);
  EXPECT(health(stopped).detail.starts_with("task 3 stopped: POISONED"));
}

TEST_CASE("a slow task is named and unready for nothing") {
  TaskStatus slow = status(Phase::kRunning);
  slow.behind_for = limits::kTaskSlow;
  slow.lag_records = 70;
  EXPECT(health(slow).ok);
  EXPECT(health(slow).detail == "task 3 is slow: 70 records behind");
}

TEST_CASE("a standby may be anything but stopped") {
  wire::TaskProposal standby{.partition = kThree, .role = wire::TaskRole::kStandby};
  EXPECT(health_of({{kThree, standby}}, {}).ok);
  TaskStatus stopped = status(Phase::kStopped);
  stopped.failure = Error{ErrorCode::STATE_DIVERGED, "after step 4"};
  EXPECT(!health_of({{kThree, standby}}, {{kThree, stopped}}).ok);
}

}  // namespace
}  // namespace usher::processors

// What a daemon runs at a partition: a task of an app, or a link. HeldTask brings it to what the
// controller wants; what differs between the two is behind this.
#pragma once

#include <functional>
#include <memory>

#include "client/cluster.h"
#include "processors/daemon/task_status.h"
#include "processors/task.h"
#include "proto/base/scheduler.h"

namespace usher::processors {

// Who the daemon is to the controller.
struct Identity {
  AppId app = {};
  MemberId member = {};
  friend bool operator==(const Identity&, const Identity&) = default;
};

class Runner {
 public:
  virtual ~Runner() = default;
  // Once, from new or standby.
  virtual void own(Epoch epoch) = 0;
  virtual void stand_by() = 0;
  virtual void close() = 0;
  // Called once, when the phase is closed or stopped.
  virtual void on_over(Callback callback) = 0;
  virtual Phase phase() const = 0;
  virtual const std::optional<Error>& failure() const = 0;
  // How far it is: applied, lag_records, restore_remaining.
  virtual void describe(TaskStatus& status) = 0;
  // Whom questions are asked of, if anybody.
  virtual Task* task() { return nullptr; }
};

// What the runners of a thread stand on; all of it outlives them.
struct RunnerSeams {
  Scheduler& scheduler;
  // Where what waits for the disk is done, one thing after the other, while tasks go on.
  Scheduler& aside;
  client::Cluster& cluster;
  // Of each step, from its sending to its receipt; of what is committed, into the local state.
  std::function<void(Duration)> step_took = [](Duration) {};
  std::function<void(Duration)> write_took = [](Duration) {};
  Log log;
};

// What stays at a partition from one runner to the next: an open store.
class RunnerPlace {
 public:
  virtual ~RunnerPlace() = default;
  // Before a runner is made, once. Answered on the seams' scheduler, unless it is gone by then.
  virtual bool is_open() const { return true; }
  virtual void open(std::move_only_function<void(Result<void>)> opened) { opened({}); }
  // `skip_first`: the next input goes to the dead letters unread.
  virtual Result<std::unique_ptr<Runner>> make(const Identity& identity, bool skip_first) = 0;
  // The store, once it is open; none of a link.
  virtual state::CommittedStore* store() { return nullptr; }
};

}  // namespace usher::processors

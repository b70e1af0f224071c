// The controller at work: folds the committed log of `_system` into the cluster's state, and, on
// the broker that leads it, takes requests one after the other: decide on the state, append, wait
// until it is applied, answer. Knows no partition and no socket. One Scheduler's thread.
//
//     submit ─→ queue ─→ decide ─→ ControllerLog::append ─→ committed ─→ take ─→ answered
//                            ↑ the state has everything that this leader could have committed
#pragma once

#include <deque>
#include <functional>

#include "broker/controller/decide.h"
#include "proto/base/scheduler.h"
#include "proto/wire/batch.h"

namespace usher::controller {

// The partition that holds the cluster's state.
class ControllerLog {
 public:
  virtual ~ControllerLog() = default;
  // NOT_LEADER (at: who leads) until this broker leads and has applied all that leaders before it
  // committed.
  virtual Result<void> may_decide() const = 0;
  using Appended = std::move_only_function<void(Result<Offset>)>;
  // Answers with the batch's end when it is committed.
  virtual void append(wire::Batch batch, Appended appended) = 0;
};

class Controller {
 public:
  using Decide = std::move_only_function<Result<Records>(const ClusterState&)>;
  // The version that shows it.
  using Decided = std::move_only_function<void(Result<uint64_t>)>;

  // `log` outlives it; `changed` is called after each batch.
  Controller(Scheduler& scheduler, ControllerLog& log, std::function<void()> changed);
  ~Controller() { *alive_ = false; }
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  const ClusterState& state() const { return state_; }
  // The next committed batch. ENVELOPE_MALFORMED: from a newer version; the broker cannot go on.
  Result<void> take(const wire::Batch& batch);

  // Refused with QUEUE_FULL; a change of leader leaves some without an outcome: CONNECTION_LOST.
  void submit(Decide decide, Decided decided);
  size_t waiting() const { return queue_.size(); }

 private:
  struct Asked {
    Decide decide;
    Decided decided;
  };
  void next();
  void appended(Result<Offset> end);
  void finish();

  Scheduler& scheduler_;
  ControllerLog& log_;
  std::function<void()> changed_;
  ClusterState state_;
  std::deque<Asked> queue_;
  bool busy_ = false;
  std::optional<Offset> committed_;  // the front's, until it is applied
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::controller

#include "processors/daemon/task_runner.h"

#include "processors/daemon/cluster_log.h"
#include "processors/daemon/measured_store.h"
#include "proto/base/check.h"

namespace usher::processors {
namespace {

class TaskRunner final : public Runner {
 public:
  TaskRunner(const RunnerSeams& seams, std::shared_ptr<const Topology> topology,
             client::PartitionAt at, state::CommittedStore& store, const Identity& identity,
             bool skip_first)
      : log_(seams.cluster, at),
        task_(seams.scheduler, log_, store, std::move(topology),
              TaskOptions{.app = identity.app, .member = identity.member, .skip_first = skip_first},
              seams.log) {
    log_.on_appended([took = seams.step_took](Duration time) { took(time); });
  }

  void own(Epoch epoch) override { task_.own(epoch); }
  void stand_by() override { task_.stand_by(); }
  void close() override { task_.close(); }
  void on_over(Callback callback) override { task_.on_over(std::move(callback)); }
  Phase phase() const override { return task_.phase(); }
  const std::optional<Error>& failure() const override { return task_.failure(); }
  Task* task() override { return &task_; }

  void describe(TaskStatus& status) override {
    status.applied = task_.stamp().applied;
    Progress restored = task_.restored();
    Offset level = task_.stamp().position;
    if (task_.is_idle()) level = std::max(level, task_.scanned());
    if (!status.is_owned()) level = restored.next;
    Offset commit = log_.seen_commit();
    status.lag_records = commit > level ? commit - level : 0;
    if (restored.until > restored.next) status.restore_remaining = restored.until - restored.next;
  }

 private:
  ClusterLog log_;
  Task task_;
};

}  // namespace

// What is opened after it waits until it is closed.
TaskPlace::~TaskPlace() {
  if (store_) seams_.aside.post([store = std::move(store_)]() mutable { store.reset(); });
}

void TaskPlace::open(std::move_only_function<void(Result<void>)> opened) {
  using Opened = Result<std::unique_ptr<state::CommittedStore>>;
  auto take = life_.wrap([this, opened = std::move(opened)](Opened store) mutable {
    if (!store) return opened(fail(std::move(store).error()));
    store_ = std::make_unique<MeasuredStore>(std::move(*store), seams_.scheduler.clock(),
                                             seams_.write_took);
    opened({});
  });
  seams_.aside.post([open = open_store_, partition = at_.partition, &home = seams_.scheduler,
                     take = std::move(take)]() mutable {
    home.post(
        [take = std::move(take), store = open(partition)]() mutable { take(std::move(store)); });
  });
}

Result<std::unique_ptr<Runner>> TaskPlace::make(const Identity& identity, bool skip_first) {
  CHECK(is_open());
  return std::make_unique<TaskRunner>(seams_, topology_, at_, *store_, identity, skip_first);
}

}  // namespace usher::processors

#include "processors/daemon/task_measures.h"

#include <fmt/format.h>

namespace usher::processors {

TaskMeasures::TaskMeasures(Metrics& metrics)
    : steps_(
          metrics.durations("usher_step_seconds", "From a step's sending to its commit.").with()),
      writes_(metrics
                  .durations("usher_rocksdb_write_seconds",
                             "To bring what is committed into a task's local state.")
                  .with()),
      lag_records_(metrics.gauge("usher_task_lag_records",
                                 "Records between what a task has consumed and the commit.",
                                 {"app", "partition"})),
      lag_seconds_(metrics.gauge("usher_task_lag_seconds",
                                 "For how long a task has not been level with its partition.",
                                 {"app", "partition"})),
      restore_remaining_(metrics.gauge("usher_restore_remaining_records",
                                       "Records of the log between a task and its restored state.",
                                       {"app", "partition"})),
      running_(metrics.gauge("usher_task_is_running", "1 while this daemon owns and runs the task.",
                             {"app", "partition"})) {}

void TaskMeasures::show(std::string_view app, const TaskStatus& status) {
  std::string partition = fmt::to_string(status.partition.value());
  lag_records_.with({app, partition})->set(static_cast<double>(status.lag_records));
  lag_seconds_.with({app, partition})
      ->set(std::chrono::duration<double>(status.behind_for).count());
  restore_remaining_.with({app, partition})->set(static_cast<double>(status.restore_remaining));
  bool runs = status.is_owned() && *status.phase == Phase::kRunning;
  running_.with({app, partition})->set(runs ? 1 : 0);
}

void TaskMeasures::hide(std::string_view app, PartitionId partition) {
  std::string text = fmt::to_string(partition.value());
  for (MetricFamily<Gauge>* family : {&lag_records_, &lag_seconds_, &restore_remaining_, &running_})
    family->remove({app, text});
}

}  // namespace usher::processors

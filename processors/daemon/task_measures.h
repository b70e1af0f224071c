// What a daemon measures of its tasks. Small; copies share their cells, which any thread may
// change.
#pragma once

#include "processors/daemon/task_status.h"
#include "proto/base/metrics.h"

namespace usher::processors {

class TaskMeasures {
 public:
  explicit TaskMeasures(Metrics& metrics);

  void step_took(Duration took) { steps_->record(took); }
  void write_took(Duration took) { writes_->record(took); }
  void show(std::string_view app, const TaskStatus& status);
  void hide(std::string_view app, PartitionId partition);

 private:
  std::shared_ptr<Durations> steps_;
  std::shared_ptr<Durations> writes_;
  MetricFamily<Gauge> lag_records_;
  MetricFamily<Gauge> lag_seconds_;
  MetricFamily<Gauge> restore_remaining_;
  MetricFamily<Gauge> running_;
};

}  // namespace usher::processors

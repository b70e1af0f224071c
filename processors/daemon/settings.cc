#include "processors/daemon/settings.h"

#include "proto/base/limits.h"

namespace usher::processors {

void ProcessorSettings::add_to(service::Settings& settings, const std::vector<std::string>& apps) {
  settings.add("app", service::choice_value(apps), app, "The app whose tasks it runs.")
      .is_required = true;
  settings.add_list("brokers", service::endpoint_value(), brokers, "Some of the cluster's brokers.")
      .is_required = true;
  settings.add("state", service::path_value(), state, "The directory of its tasks' local state.")
      .is_required = true;
  settings.add("listen", service::endpoint_value(), listen, "Answers questions there.")
      .is_required = true;
  settings.add("threads", service::integer_value(0, limits::kTaskThreads), threads,
               "Threads for its tasks; 0: one a core.");
  settings.add("tasks_max", service::integer_value(0, limits::kSpacePartitions), tasks_max,
               "How many tasks it owns at most; 0: any number.");
  settings.add("partitions", service::integer_value(1, limits::kSpacePartitions), partitions,
               "Of the app's space, where it has to be made.");
}

}  // namespace usher::processors

#include "proto/service/process_metrics.h"

#include <fstream>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/service/open_files.h"

namespace usher::service {
namespace {

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Linux says it as the folder's size since 6.2; before, the entries are counted.
double open_files() {
  struct stat folder{};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
    return static_cast<double>(folder.st_size);
  DIR* entries = opendir("/proc/self/fd");
  if (!entries) return 0;
  double count = 0;
  while (readdir(entries)) ++count;
  closedir(entries);
  // ".", "..", and the folder itself while it was read.
  return count - 3;
}

}  // namespace

ProcessMetrics::ProcessMetrics(Metrics& metrics, const Clock& clock) {
  metrics.gauge("usher_build_info", "Always 1; the labels say which build this is.", {"version"})
      .with({USHER_VERSION})
      ->set(1);
  metrics
      .gauge("usher_process_start_time_seconds", "When the process started, in seconds since 1970.")
      .with()
      ->set(static_cast<double>(clock.wall().us_since_1970()) / 1e6);
  auto gauge = [&](const char* name, const char* help, double (*ask)()) {
    watches_.push_back(metrics.gauge(name, help).watch({}, ask));
  };
  gauge("usher_process_resident_memory_bytes", "Memory the process has in RAM.", resident_bytes);
  gauge("usher_process_open_files", "Files and sockets the process has open.", open_files);
  gauge("usher_process_open_files_limit", "How many it may have open.",
        [] { return static_cast<double>(open_files_limit()); });
  watches_.push_back(metrics
                         .counter("usher_process_cpu_seconds_total",
                                  "Processor time the process has used, user and system.")
                         .watch({}, cpu_seconds));
}

}  // namespace usher::service

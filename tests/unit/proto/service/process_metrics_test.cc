#include "proto/service/process_metrics.h"

#include <fcntl.h>
#include <unistd.h>

#include "proto/base/system_clock.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

double value_of(const Metrics& metrics, const std::string& name) {
  std::string text = metrics.text();
  size_t at = text.find("\n" + name + " ");
  REQUIRE_MESSAGE(at != std::string::npos, name);
  return std::stod(text.substr(at + name.size() + 2));
}

TEST_CASE("a process says what it uses") {
  SystemClock clock;
  Metrics metrics;
  ProcessMetrics process(metrics, clock);
  EXPECT(metrics.text().contains("usher_build_info{version=\"" USHER_VERSION "\"} 1\n"));
  EXPECT(value_of(metrics, "usher_process_resident_memory_bytes") > 100'000);
  EXPECT(value_of(metrics, "usher_process_cpu_seconds_total") > 0);
  EXPECT(value_of(metrics, "usher_process_start_time_seconds") > 1.6e9);
  EXPECT(value_of(metrics, "usher_process_open_files_limit") > 3);
}

TEST_CASE("an opened file is counted") {
  SystemClock clock;
  Metrics metrics;
  ProcessMetrics process(metrics, clock);
  double before = value_of(metrics, "usher_process_open_files");
  int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  EXPECT(value_of(metrics, "usher_process_open_files") == before + 1);
  close(file);
  EXPECT(value_of(metrics, "usher_process_open_files") == before);
}

}  // namespace
}  // namespace usher::service

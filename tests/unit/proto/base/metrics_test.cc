#include "proto/base/metrics.h"

#include <limits>
#include <thread>
#include <vector>

#include "proto/base/limits.h"

#include "tests/doctest.h"

namespace usher {
namespace {

bool is_name(std::string_view name, MetricKind kind) {
  return metric_name_problem(name, kind).empty();
}

TEST_CASE("metric names that Prometheus' linter accepts are accepted") {
  EXPECT(is_name("usher_process_cpu_seconds_total", MetricKind::kCounter));
  EXPECT(is_name("usher_process_start_time_seconds", MetricKind::kGauge));
  EXPECT(is_name("usher_crc32c_bytes_total", MetricKind::kCounter));
}

TEST_CASE("the names that operators were promised are accepted") {
  for (const char* gauge : {"usher_partition_committed_offset", "usher_partition_is_leader",
                            "usher_log_bytes", "usher_task_lag_records", "usher_task_lag_seconds",
                            "usher_restore_remaining_records", "usher_gateway_waiters"})
    EXPECT_MESSAGE(is_name(gauge, MetricKind::kGauge), gauge);
  for (const char* counter : {"usher_gateway_requests_total", "usher_gateway_wait_timeouts_total",
                              "usher_cache_rejections_total", "usher_seats_reservations_total"})
    EXPECT_MESSAGE(is_name(counter, MetricKind::kCounter), counter);
  for (const char* durations :
       {"usher_append_seconds", "usher_journal_sync_seconds", "usher_step_seconds",
        "usher_rocksdb_write_seconds", "usher_gateway_request_seconds"})
    EXPECT_MESSAGE(is_name(durations, MetricKind::kDurations), durations);
}

TEST_CASE("metric names that are not in base units, or not ours, are refused") {
  EXPECT(!is_name("broker_requests_total", MetricKind::kCounter));
  EXPECT(!is_name("usher_", MetricKind::kGauge));
  EXPECT(!is_name("usher_Log_bytes", MetricKind::kGauge));
  EXPECT(!is_name("usher_log__bytes", MetricKind::kGauge));
  EXPECT(!is_name("usher_log:bytes", MetricKind::kGauge));
  EXPECT(!is_name("usher_log_9", MetricKind::kGauge));
  EXPECT(!is_name("usher_requests", MetricKind::kCounter));
  EXPECT(!is_name("usher_open_total", MetricKind::kGauge));
  EXPECT(!is_name("usher_requests_count", MetricKind::kGauge));
  EXPECT(!is_name("usher_append_ms", MetricKind::kGauge));
  EXPECT(!is_name("usher_log_kib", MetricKind::kGauge));
  EXPECT(!is_name("usher_load_percent", MetricKind::kGauge));
  EXPECT(!is_name("usher_wait_milliseconds_total", MetricKind::kCounter));
  EXPECT(!is_name("usher_append_histogram_seconds", MetricKind::kDurations));
  EXPECT(!is_name("usher_append", MetricKind::kDurations));
}

TEST_CASE("labels that would name a person or a thing without bound are refused") {
  EXPECT(label_name_problem("route").empty());
  for (const char* name : {"user", "seat", "key", "reservation", "le", "quantile", "__name__", ""})
    EXPECT_MESSAGE(!label_name_problem(name).empty(), name);
}

// What text() says of one metric: its lines, without those of others.
std::string lines_of(const Metrics& metrics, std::string_view name) {
  std::string text = metrics.text(), lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at) + 1;
    std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.contains(name)) lines += line;
    at = end;
  }
  return lines;
}

TEST_CASE("a counter is written with its help and type, series by series") {
  Metrics metrics;
  auto requests = metrics.counter("usher_requests_total", "Requests answered.", {"route", "code"});
  requests.with({"/b", "200"})->add();
  requests.with({"/a", "500"})->add(41);
  requests.with({"/a", "500"})->add();
  EXPECT(lines_of(metrics, "usher_requests") ==
         "# HELP usher_requests_total Requests answered.\n"
         "# TYPE usher_requests_total counter\n"
         "usher_requests_total{route=\"/a\",code=\"500\"} 42\n"
         "usher_requests_total{route=\"/b\",code=\"200\"} 1\n");
}

TEST_CASE("a gauge may have any value a double has") {
  Metrics metrics;
  auto level = metrics.gauge("usher_level", "Level.").with();
  for (auto [value, text] : std::initializer_list<std::pair<double, const char*>>{
           {0.0, "0"},
           {-2.5, "-2.5"},
           {1e300, "1e+300"},
           {0.1, "0.1"},
           {std::numeric_limits<double>::infinity(), "+Inf"},
           {-std::numeric_limits<double>::infinity(), "-Inf"},
           {std::numeric_limits<double>::quiet_NaN(), "NaN"}}) {
    level->set(value);
    EXPECT(lines_of(metrics, "usher_level").ends_with("\nusher_level " + std::string(text) + "\n"));
  }
  level->set(1);
  level->add(0.5);
  EXPECT(level->value() == 1.5);
}

TEST_CASE("a histogram's buckets are cumulative, include their bound, and end with +Inf") {
  Metrics metrics;
  auto took = metrics.durations("usher_append_seconds", "Appends.", {"kind"}).with({"step"});
  took->record(-1s);
  took->record(10us);
  took->record(10us + 1ns);
  took->record(3s);
  took->record(1h);
  std::string text = lines_of(metrics, "usher_append_seconds");
  EXPECT(text.contains("# TYPE usher_append_seconds histogram\n"));
  EXPECT(text.contains("usher_append_seconds_bucket{kind=\"step\",le=\"1e-05\"} 2\n"));
  EXPECT(text.contains("usher_append_seconds_bucket{kind=\"step\",le=\"2.5e-05\"} 3\n"));
  EXPECT(text.contains("usher_append_seconds_bucket{kind=\"step\",le=\"2.5\"} 3\n"));
  EXPECT(text.contains("usher_append_seconds_bucket{kind=\"step\",le=\"5\"} 4\n"));
  EXPECT(text.contains("usher_append_seconds_bucket{kind=\"step\",le=\"+Inf\"} 5\n"));
  EXPECT(text.contains("usher_append_seconds_sum{kind=\"step\"} 3603.000020001\n"));
  EXPECT(text.contains("usher_append_seconds_count{kind=\"step\"} 5\n"));
}

TEST_CASE("whatever bytes a label's value holds, it stays within its quotes and is UTF-8") {
  Metrics metrics;
  auto family = metrics.gauge("usher_x", "A \\ and\na second line.", {"why"});
  family.with({"a\"b\\c\nd\xff"})->set(1);
  EXPECT(lines_of(metrics, "usher_x") ==
         "# HELP usher_x A \\\\ and\\na second line.\n"
         "# TYPE usher_x gauge\n"
         "usher_x{why=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\"} 1\n");
}

TEST_CASE("the same family may be asked for twice, and a family without series is not written") {
  Metrics metrics;
  auto first = metrics.counter("usher_requests_total", "Requests.", {"code"});
  auto second = metrics.counter("usher_requests_total", "Requests.", {"code"});
  EXPECT(lines_of(metrics, "usher_requests_total").empty());
  EXPECT(first.with({"1"}) == second.with({"1"}));
}

TEST_CASE("a removed series is no longer written, and its handle still works") {
  Metrics metrics;
  auto family = metrics.gauge("usher_partition_is_leader", "Leads.", {"partition"});
  auto third = family.with({"3"});
  family.with({"4"})->set(1);
  family.remove({"3"});
  third->set(1);
  EXPECT(!lines_of(metrics, "usher_partition").contains("partition=\"3\""));
  EXPECT(lines_of(metrics, "usher_partition").contains("partition=\"4\"} 1"));
}

TEST_CASE("a watched series asks its callback each time, until the watch is gone") {
  Metrics metrics;
  double files = 3;
  {
    Watch kept;
    {
      Watch watch = metrics.gauge("usher_open_files", "Files.").watch({}, [&] { return files; });
      EXPECT(lines_of(metrics, "usher_open_files").ends_with("usher_open_files 3\n"));
      kept = std::move(watch);
    }
    files = 4;
    EXPECT(lines_of(metrics, "usher_open_files").ends_with("usher_open_files 4\n"));
  }
  EXPECT(lines_of(metrics, "usher_open_files").empty());
}

TEST_CASE("series beyond the limit are counted and not written") {
  Metrics metrics;
  auto family = metrics.counter("usher_requests_total", "Requests.", {"code"});
  for (size_t i = 0; i < limits::kSeriesPerMetric; ++i) family.with({std::to_string(i)})->add();
  EXPECT(lines_of(metrics, "series_refused").ends_with(" 0\n"));
  auto one_more = family.with({"one more"});
  one_more->add();
  EXPECT(one_more->value() == 1);
  EXPECT(!metrics.text().contains("one more"));
  EXPECT(lines_of(metrics, "series_refused").ends_with(" 1\n"));
  EXPECT(family.with({"7"})->value() == 1);
}

TEST_CASE("threads count together, and the text may be asked for meanwhile") {
  Metrics metrics;
  auto family = metrics.counter("usher_requests_total", "Requests.", {"code"});
  auto took = metrics.durations("usher_append_seconds", "Appends.").with();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 2'000; ++j) {
        family.with({"200"})->add();
        took->record(1ms);
      }
    });
  while (family.with({"200"})->value() < 8'000) REQUIRE(!metrics.text().empty());
  for (std::thread& thread : threads) thread.join();
  EXPECT(lines_of(metrics, "usher_append_seconds_count").ends_with(" 8000\n"));
}

}  // namespace
}  // namespace usher

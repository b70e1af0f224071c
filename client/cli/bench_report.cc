#include "client/cli/bench_report.h"

#include <fmt/format.h>

namespace usher::cli {
namespace {

double ms(uint64_t ns) { return static_cast<double>(ns) / 1e6; }
double rate(uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

}  // namespace

std::string json_of(const BenchReport& report) { return json_object_of(report).done(); }

JsonObject json_object_of(const BenchReport& report) {
  const Histogram& latency = report.latency_ns;
  return JsonObject()
      .text("bench", report.bench)
      .real("seconds", report.seconds)
      .number("operations", report.operations)
      .real("per_second", rate(report.operations, report.seconds))
      .number("errors", report.errors)
      .real("bytes_per_second", rate(report.bytes, report.seconds))
      .raw("latency_ms", JsonObject()
                             .real("p50", ms(latency.percentile(50)))
                             .real("p95", ms(latency.percentile(95)))
                             .real("p99", ms(latency.percentile(99)))
                             .real("p999", ms(latency.percentile(99.9)))
                             .real("max", ms(latency.max()))
                             .done());
}

std::string text_of(const BenchReport& report) {
  const Histogram& latency = report.latency_ns;
  return fmt::format(
      "{}: {} operations in {:.1f} s, {} errors\n"
      "{:.0f} a second, {:.1f} MB/s\n"
      "latency ms: p50 {:.3f}  p95 {:.3f}  p99 {:.3f}  p99.9 {:.3f}  max {:.3f}\n",
      report.bench, report.operations, report.seconds, report.errors,
      rate(report.operations, report.seconds), rate(report.bytes, report.seconds) / 1e6,
      ms(latency.percentile(50)), ms(latency.percentile(95)), ms(latency.percentile(99)),
      ms(latency.percentile(99.9)), ms(latency.max()));
}

}  // namespace usher::cli

#include "client/cli/sale_report.h"

#include <fmt/format.h>

namespace usher::cli {
namespace {

void add(JsonObject& json, std::string_view name, std::optional<double> value) {
  if (value)
    json.real(name, *value);
  else
    json.null(name);
}

}  // namespace

std::optional<double> SaleReport::sold_out_seconds() const {
  if (seats_sold < seats_total) return {};
  return selling_seconds;
}

double SaleReport::allocations_per_second() const {
  return selling_seconds > 0 ? static_cast<double>(accepted) / selling_seconds : 0;
}

std::string json_of(const SaleReport& report) {
  JsonObject json = json_object_of(report.base);
  json.number("requests", report.requests)
      .number("accepted", report.accepted)
      .number("rejected_cache", report.rejected_cache)
      .number("rejected_log", report.rejected_log)
      .real("allocations_per_second", report.allocations_per_second())
      .number("seats_sold", report.seats_sold)
      .number("seats_total", report.seats_total)
      .number("double_sold", report.double_sold)
      .number("differing_seats", report.differing_seats)
      .real("log_bytes_per_request", report.log_bytes_per_request);
  add(json, "sold_out_seconds", report.sold_out_seconds());
  add(json, "cpu_us_per_request", report.cpu_us_per_request);
  return json.done();
}

std::string text_of(const SaleReport& report) {
  auto sold_out = report.sold_out_seconds();
  std::string text = text_of(report.base);
  text += fmt::format("{} requests: {} confirmed, {} rejected by the log", report.requests,
                      report.accepted, report.rejected_log);
  if (report.rejected_cache > 0) text += fmt::format(", {} by the cache", report.rejected_cache);
  text += fmt::format("\n{} of {} seats sold{}; {:.0f} allocations a second; double bookings {}\n",
                      report.seats_sold, report.seats_total,
                      sold_out ? fmt::format(", sold out after {:.1f} s", *sold_out) : "",
                      report.allocations_per_second(), report.double_sold);
  text += fmt::format("{:.0f} bytes of log", report.log_bytes_per_request);
  if (report.cpu_us_per_request)
    text += fmt::format(" and {:.1f} us of processor time", *report.cpu_us_per_request);
  return text + " a request\n";
}

}  // namespace usher::cli

#include "tools/audit/cli/report_text.h"

#include <fmt/format.h>

#include "client/cli/output.h"

namespace usher::audit {
namespace {

std::string json_of(const Violation& violation, const Catalog& catalog) {
  cli::JsonObject json;
  json.text("kind", name_of(violation.kind))
      .text("space", catalog.name_of(violation.space))
      .number("partition", violation.partition.value())
      .number("offset", violation.offset.value());
  if (violation.spot.file)
    json.text("file", *violation.spot.file).number("position", violation.spot.position);
  return json.text("detail", violation.detail).done();
}

}  // namespace

std::string json_of(const VerifyReport& report, const Catalog& catalog) {
  const ReservationSums& sums = report.reservations;
  std::vector<std::string> violations;
  for (const Violation& violation : report.findings.listed())
    violations.push_back(json_of(violation, catalog));
  cli::JsonObject kinds;
  for (size_t i = 0; i < kKinds; ++i)
    if (uint64_t count = report.findings.count(static_cast<Kind>(i)); count > 0)
      kinds.number(name_of(static_cast<Kind>(i)), count);
  return cli::JsonObject()
      .number("records", report.records)
      .number("batches", report.batches)
      .number("bytes", report.bytes)
      .number("partitions", report.partitions)
      .number("stepsDecidedAgain", report.steps_decided)
      .raw("reservations", cli::JsonObject()
                               .number("confirmed", sums.confirmed)
                               .number("rejected", sums.rejected)
                               .number("paid", sums.paid)
                               .number("cancelled", sums.cancelled)
                               .number("expired", sums.expired)
                               .number("pending", sums.pending)
                               .number("duplicates", sums.duplicates)
                               .number("deadLetters", sums.dead_letters)
                               .done())
      .number("violationCount", report.findings.count())
      .raw("violationKinds", kinds.done())
      .raw("violations", cli::json_array(violations))
      .raw("remarks", cli::json_texts(report.findings.remarks()))
      .number("storesCompared", report.stores_compared)
      .text("state", state_of(report))
      .done();
}

std::string text_of(const VerifyReport& report, const Catalog& catalog) {
  const ReservationSums& sums = report.reservations;
  std::string text = fmt::format(
      "{} records in {} batches of {} partitions; {} steps decided again\n"
      "reservations: {} confirmed, {} paid, {} cancelled, {} expired, {} rejected, {} pending\n"
      "state: {} ({} compared)\n",
      report.records, report.batches, report.partitions, report.steps_decided, sums.confirmed,
      sums.paid, sums.cancelled, sums.expired, sums.rejected, sums.pending, state_of(report),
      cli::counted(report.stores_compared, "store"));
  for (const std::string& remark : report.findings.remarks()) text += "remark: " + remark + "\n";
  for (const Violation& violation : report.findings.listed()) {
    text += fmt::format("VIOLATION {} {}/{} offset {}", name_of(violation.kind),
                        catalog.name_of(violation.space), violation.partition.value(),
                        violation.offset.value());
    if (violation.spot.file)
      text += fmt::format(" in {} at byte {}", *violation.spot.file, violation.spot.position);
    text += ": " + violation.detail + "\n";
  }
  uint64_t count = report.findings.count();
  if (count > report.findings.listed().size())
    text += fmt::format("… {} more\n", count - report.findings.listed().size());
  return text + (count == 0 ? "no violation" : cli::counted(count, "violation"));
}

}  // namespace usher::audit

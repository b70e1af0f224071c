// audit_million make DIR [RESERVATIONS]: a sale of five events of 32,000 seats each, through the
// runtime's own task, as a data directory of five partitions; owners change in the middle.
// audit_million verify DIR: verifies it, and says how fast and in how much memory. For the release
// build; two processes, so that the memory is the audit's alone.
#include <charconv>
#include <fstream>
#include <span>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/random.h"
#include "proto/base/system_clock.h"
#include "proto/wire/batch_builder.h"
#include "tools/audit/verify.h"

#include "tests/unit/tools/audit/sale.h"

namespace usher::audit {
namespace {

constexpr uint32_t kEvents = 5, kSections = 80, kCommandsPerBatch = 100;

wire::Batch some_requests(const std::string& event, uint64_t& user, Random& random, WallTime now) {
  wire::BatchBuilder builder;
  for (uint32_t i = 0; i < kCommandsPerBatch; ++i) {
    seats::ReservationCommand command;
    command.id = seats::make_id(event, now, random.next());
    seats::Reserve reserve;
    reserve.section = fmt::format("S{}", random.below(kSections));
    reserve.user = fmt::format("user-{:07}", ++user);
    reserve.count = static_cast<uint32_t>(1 + random.below(4));
    command.what = reserve;
    std::string value = seats::encode(command);
    CHECK(builder
              .add(sale_topic(name_of(seats::Topic::kReservationCommands)),
                   {.key = as_bytes(event), .value = as_bytes(value), .headers = {}})
              .has_value());
  }
  return builder.finish(wire::NoGuard{});
}

void make_sale(const std::string& path, uint64_t reservations) {
  Random random(1);
  uint64_t user = 0;
  for (uint32_t partition = 0; partition < kEvents; ++partition) {
    Sale sale;
    std::string event = fmt::format("event-{}", partition);
    seats::CreateEvent create;
    for (uint32_t i = 0; i < kSections; ++i)
      create.sections.push_back({fmt::format("S{}", i), 20, 20});
    sale.create(event, std::move(create));
    processors::TestDriver& driver = sale.driver();
    uint64_t batches = reservations / kEvents / kCommandsPerBatch;
    for (uint64_t i = 0; i < batches; ++i) {
      if (i % (batches / 4 + 1) == batches / 5)
        driver.fail_over(processors::TestDriver::Disk::kKept);
      driver.log().append(some_requests(event, user, random, driver.now()),
                          [](const Result<processors::Receipt>&) {});
      driver.scheduler().advance(2ms);
    }
    driver.scheduler().advance(5ms);
    Log log = sale.batches();
    for (wire::Batch& batch : log)
      batch = placed(batch, [&](wire::Place& place) { place.partition = PartitionId(partition); });
    rehash(log, 0);
    write_directory(path, log, {.batches_per_segment = 500, .partition = PartitionId(partition)});
    fmt::print("partition {}: {} batches, {} records\n", partition, log.size(),
               log.back().header().end_offset().value());
  }
}

std::string peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM")) return line;
  return "";
}

int measure(const std::string& path) {
  SystemClock clock;
  MonotonicTime begin = clock.monotonic();
  Findings findings;
  auto directory = DataDirectory::open(path, findings);
  CHECK(directory.has_value());
  OfflineLogs logs({*directory}, {}, Catalog(sale_metadata()));
  auto report = verify(logs, {});
  CHECK(report.has_value());
  double seconds = std::chrono::duration<double>(clock.monotonic() - begin).count();
  const ReservationSums& sums = report->reservations;
  fmt::print("{} records, {} steps decided again, {:.1f} s: {:.0f} records/s, {:.0f} MB/s; {}\n",
             report->records, report->steps_decided, seconds,
             static_cast<double>(report->records) / seconds,
             static_cast<double>(report->bytes) / seconds / 1e6, peak_memory());
  fmt::print("{} reservations: {} confirmed, {} rejected; {} violations\n", sums.requests(),
             sums.confirmed, sums.rejected, report->findings.count());
  for (const Violation& violation : report->findings.listed())
    fmt::print("{} {} {}\n", name_of(violation.kind), violation.offset.value(), violation.detail);
  return report->findings.count() == 0 ? 0 : 4;
}

}  // namespace
}  // namespace usher::audit

int main(int count, char** arguments) {
  std::span given(arguments, static_cast<size_t>(count));
  std::string what = count > 2 ? given[1] : "";
  uint64_t reservations = 1'000'000;
  if (count > 3) {
    std::string_view text = given[3];
    std::from_chars(text.begin(), text.end(), reservations);
  }
  if (what == "make") {
    usher::audit::make_sale(given[2], reservations);
    return 0;
  }
  if (what == "verify") return usher::audit::measure(given[2]);
  fmt::print(stderr, "usage: audit_million make DIR [RESERVATIONS] | verify DIR\n");
  return 2;
}

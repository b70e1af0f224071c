// usher bench reserve
#include <algorithm>

#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"
#include "client/cli/reserve_load.h"
#include "client/cli/seats_session.h"
#include "proto/seats/codec.h"

namespace usher::cli {
namespace {

// What stands in the log of all partitions, in bytes, on one replica.
Result<uint64_t> log_bytes(Session& session, const wire::SpaceInfo& space) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < space.partitions.size(); ++i) {
    client::PartitionAt at{space.id, PartitionId(i)};
    TRY_ASSIGN(auto status,
               session.ask<wire::PartitionStatusReply>(
                   at, wire::PartitionStatusRequest{.space = at.space, .partition = at.partition}));
    sum += status.log_bytes;
  }
  return sum;
}

class BenchReserve final : public Command {
 public:
  void add_to(service::Settings& settings) override {
    settings.add("seconds", service::integer_value(1, 86'400), seconds_, "How long it counts.");
    settings.add("warm_up", service::duration_value(0s, 1h), warm_up_, "Before it counts.");
    settings.add("outstanding", service::integer_value(1, 1'000'000), outstanding_,
                 "How many requests wait for their outcome, where no rate is given.");
    settings.add("rate", service::integer_value(1, 10'000'000), rate_,
                 "Requests a second, whatever the answers do; none: as fast as it goes.");
    settings.add("events", service::integer_value(1, 1'000), shape_.events, "How many events.");
    settings.add("sections", service::integer_value(1, 1'000), shape_.sections, "Of each event.");
    settings.add("rows", service::integer_value(1, 1'000), shape_.rows, "Of each section.");
    settings.add("seats_per_row", service::integer_value(1, 1'000), shape_.seats_per_row,
                 "Of each row.");
    settings.add_list("brokers", service::endpoint_value(), brokers_,
                      "Some brokers of a cluster; none: three of its own, and two processors.");
    settings.add("dir", service::path_value(), dir_, "The directory of a cluster.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() override {
    BenchCluster own;
    std::optional<LocalCluster> standing;
    if (dir_) {
      TRY_ASSIGN(LocalCluster cluster, LocalCluster::open(*dir_));
      brokers_ = cluster.brokers();
      standing.emplace(std::move(cluster));
    }
    if (brokers_.empty()) {
      TRY_ASSIGN(brokers_, own.start(2));
    }
    Session session(brokers_, 30s);
    const LocalCluster* processes = standing ? &*standing : own.own();
    SaleReport report;
    report.base.bench = "reserve";
    TRY(measure(session, processes, report));
    print(json_ ? json_text(report) : text(report));
    bool is_well = report.base.errors == 0 && report.double_sold == 0 && seats_agree_;
    return is_well && !session.was_interrupted() ? 0 : 1;
  }

 private:
  Result<void> measure(Session& session, const LocalCluster* processes, SaleReport& report) {
    TRY_ASSIGN(auto seats, SeatsSession::open(session, true));
    TRY_ASSIGN(auto metadata, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, seats::kSpace));
    TRY_ASSIGN(auto events, make_events(*seats));
    TRY_ASSIGN(uint64_t bytes_before, log_bytes(session, *space));
    double cpu_before = processes ? cpu_seconds(session, *processes) : 0;
    ReserveLoad load(session, *space,
                     {.events = events,
                      .shape = shape_,
                      .outstanding = outstanding_,
                      .rate = rate_.value_or(0),
                      .warm_up = warm_up_,
                      .time = std::chrono::seconds(seconds_)},
                     report);
    auto done = load.run();
    if (session.interrupted()) session.forget_interruption();
    TRY(done);
    TRY_ASSIGN(uint64_t bytes_after, log_bytes(session, *space));
    auto requests = static_cast<double>(std::max<uint64_t>(report.requests, 1));
    log_bytes_per_request_ = static_cast<double>(bytes_after - bytes_before) / requests;
    if (processes)
      cpu_us_per_request_ = (cpu_seconds(session, *processes) - cpu_before) * 1e6 / requests;
    return check_seats(*seats, events, report);
  }

  Result<std::vector<std::string>> make_events(SeatsSession& seats) const {
    std::vector<std::string> events;
    for (uint64_t i = 0; i < shape_.events; ++i) {
      events.push_back(fmt::format("bench-{:016x}-{}", seed_from_system(), i));
      seats::CreateEvent create;
      create.settings.hold_s = 0;
      for (uint64_t section = 0; section < shape_.sections; ++section)
        create.sections.push_back({.name = fmt::format("S{}", section),
                                   .rows = static_cast<uint16_t>(shape_.rows),
                                   .seats_per_row = static_cast<uint16_t>(shape_.seats_per_row)});
      TRY_ASSIGN(auto changed, seats.wait<booking::EventChanged>([&](auto answer) {
        seats.booking().change_event(events.back(), create, {}, std::move(answer));
      }));
      if (changed.became.outcome != seats::EventOutcome::kDone)
        return fail(ErrorCode::INVALID_ARGUMENT, changed.became.detail);
    }
    return events;
  }

  // The owners' maps say as many seats are reserved as the outcomes gave away.
  Result<void> check_seats(SeatsSession& seats, const std::vector<std::string>& events,
                           const SaleReport& report) {
    uint64_t reserved = 0;
    for (const std::string& event : events) {
      TRY_ASSIGN(auto entries, seats.range(seats::Store::kSections, seats.partition_of(event),
                                           seats::section_key(event, "")));
      for (const auto& entry : entries) {
        TRY_ASSIGN(auto map, seats::decode<seats::SectionMap>(entry.value));
        reserved += map.total() - map.available();
      }
    }
    seats_agree_ = reserved == report.seats_sold;
    if (!seats_agree_)
      remark(fmt::format("the outcomes gave {} seats, the sections hold {}", report.seats_sold,
                         reserved));
    return {};
  }

  double allocations_per_second(const SaleReport& report) const {
    return report.selling_seconds > 0
               ? static_cast<double>(report.accepted) / report.selling_seconds
               : 0;
  }
  std::string json_text(const SaleReport& report) const {
    JsonObject json = json_object_of(report.base);
    json.number("requests", report.requests)
        .number("accepted", report.accepted)
        .number("rejected_cache", 0)
        .number("rejected_log", report.rejected)
        .real("allocations_per_second", allocations_per_second(report))
        .number("seats_sold", report.seats_sold)
        .number("seats_total", shape_.seats())
        .number("double_sold", report.double_sold)
        .real("log_bytes_per_request", log_bytes_per_request_);
    if (report.sold_out_seconds >= 0)
      json.real("sold_out_seconds", report.sold_out_seconds);
    else
      json.null("sold_out_seconds");
    if (cpu_us_per_request_)
      json.real("cpu_us_per_request", *cpu_us_per_request_);
    else
      json.null("cpu_us_per_request");
    return json.done();
  }
  std::string text(const SaleReport& report) const {
    std::string sold_out = report.sold_out_seconds >= 0
                               ? fmt::format(", sold out after {:.1f} s", report.sold_out_seconds)
                               : "";
    return text_of(report.base) +
           fmt::format(
               "{} requests: {} confirmed, {} rejected by the log\n"
               "{} of {} seats sold{}; {:.0f} allocations a second; double bookings {}\n"
               "{:.0f} bytes of log a request\n",
               report.requests, report.accepted, report.rejected, report.seats_sold, shape_.seats(),
               sold_out, allocations_per_second(report), report.double_sold,
               log_bytes_per_request_);
  }

  uint64_t seconds_ = 60;
  Duration warm_up_ = 2s;
  uint64_t outstanding_ = 20'000;
  std::optional<uint64_t> rate_;
  SaleShape shape_;
  std::vector<net::Endpoint> brokers_;
  std::optional<std::string> dir_;
  bool json_ = false;
  double log_bytes_per_request_ = 0;
  std::optional<double> cpu_us_per_request_;
  bool seats_agree_ = false;
};

}  // namespace

CommandRows bench_reserve_commands() {
  return {{"bench reserve", "reserves seats as fast as it goes, or at a rate; the log decides all",
           "usher bench reserve --seconds 60 --json", maker<BenchReserve>()}};
}

}  // namespace usher::cli

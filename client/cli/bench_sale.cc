// usher bench reserve | onsale
#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/commands.h"
#include "client/cli/http_sale.h"
#include "client/cli/log_size.h"
#include "client/cli/native_sale.h"
#include "client/cli/sale_check.h"
#include "client/cli/sale_load.h"
#include "proto/seats/topics.h"
#include "proto/service/open_files.h"
#include "proto/wire/reserved_topics.h"

namespace usher::cli {
namespace {

// Every command stands in a batch with one topic, every decision in a step.
Result<uint64_t> sale_bytes(Session& session, const wire::SpaceInfo& space,
                            const std::vector<Offset>& from) {
  TRY_ASSIGN(const wire::TopicInfo* commands,
             client::find_topic(space, name_of(seats::Topic::kReservationCommands)));
  TRY_ASSIGN(auto to, log_ends(session, space));
  return log_bytes(session, space, {wire::kStepsTopic, commands->id}, from, to);
}

seats::CreateEvent event_of(const SaleShape& shape) {
  seats::CreateEvent create;
  create.settings.hold_s = 0;
  for (uint64_t section = 0; section < shape.sections; ++section)
    create.sections.push_back({.name = sale_section_name(section),
                               .rows = static_cast<uint16_t>(shape.rows),
                               .seats_per_row = static_cast<uint16_t>(shape.seats_per_row)});
  return create;
}

// Events nobody has yet, under the ids it gives.
Result<std::vector<std::string>> make_events(SeatsSession& seats, const SaleShape& shape) {
  std::vector<std::string> events;
  uint64_t sale = seed_from_system();
  for (uint64_t i = 0; i < shape.events; ++i) {
    events.push_back(fmt::format("bench-{:016x}-{}", sale, i));
    TRY_ASSIGN(auto changed, seats.wait<booking::EventChanged>([&](auto answer) {
      seats.booking().change_event(events.back(), event_of(shape), {}, std::move(answer));
    }));
    if (changed.became.outcome != seats::EventOutcome::kDone)
      return fail(ErrorCode::INVALID_ARGUMENT, changed.became.detail);
  }
  return events;
}

// Outstanding at most, where nothing else is asked for. Through a gateway each has a connection.
constexpr uint64_t kNatively = 20'000;
constexpr uint64_t kByGateway = 1'000;

class SaleBench : public Command {
 public:
  void add_to(service::Settings& settings) final {
    add_own(settings);
    settings.add("outstanding", service::integer_value(1, 1'000'000), outstanding_,
                 outstanding_about());
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

  Result<int> run() final {
    if (by_gateway() && !dir_ && !brokers_.empty())
      return fail(ErrorCode::CONFIG_INVALID,
                  "brokers do not say where a gateway is; name the cluster by --dir, or none");
    BenchCluster own;
    std::optional<LocalCluster> standing;
    if (dir_) {
      TRY_ASSIGN(LocalCluster cluster, LocalCluster::open(*dir_));
      brokers_ = cluster.brokers();
      standing.emplace(std::move(cluster));
    }
    if (brokers_.empty()) {
      TRY_ASSIGN(brokers_, own.start({.brokers = 3,
                                      .processors = 2,
                                      .gateways = by_gateway() ? 1U : 0U,
                                      .gateway_cache = cache_may_reject()}));
    }
    Session session(brokers_, 30s);
    const LocalCluster* processes = standing ? &*standing : own.own();
    SaleReport report;
    report.base.bench = name();
    TRY(measure(session, processes, report));
    print(json_ ? json_of(report) : text_of(report));
    if (report.differing_seats > 0)
      remark(fmt::format("outcomes, reservations and sections do not agree about {}",
                         counted(report.differing_seats, "seat")));
    bool by_cache = report.rejected_cache > 0 && !cache_may_reject();
    if (by_cache) remark("the gateway's cache turned users away: it runs without --no-cache");
    return report.is_well() && !by_cache && !session.was_interrupted() ? 0 : 1;
  }

 protected:
  virtual void add_own(service::Settings& settings) = 0;
  virtual std::string name() const = 0;
  virtual std::string outstanding_about() const {
    return fmt::format("How many requests wait for their outcome at most; none: {}.", kNatively);
  }
  virtual bool is_hot() const { return false; }
  virtual bool by_gateway() const { return false; }
  virtual bool cache_may_reject() const { return false; }
  // What the load does not have from the flags that all have.
  virtual void limit(SaleLoadOptions& options) const = 0;

 private:
  Result<std::unique_ptr<SaleWay>> way_to(Session& session, const LocalCluster* processes,
                                          const wire::SpaceInfo& space, Random ids) const {
    if (!by_gateway()) return std::make_unique<NativeSale>(session, space, ids);
    if (processes->file().gateways.empty())
      return fail(ErrorCode::CONFIG_INVALID, processes->dir() + " has no gateway");
    service::raise_open_files_limit();
    TRY_ASSIGN(auto gateway, net::Endpoint::parse(processes->file().gateways.front().listen));
    return std::make_unique<HttpSale>(session, gateway);
  }

  Result<void> measure(Session& session, const LocalCluster* processes, SaleReport& report) {
    TRY_ASSIGN(auto seats, SeatsSession::open(session, true));
    TRY_ASSIGN(auto metadata, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, seats::kSpace));
    TRY_ASSIGN(auto events, make_events(*seats, shape_));
    TRY_ASSIGN(auto before, log_ends(session, *space));
    double cpu_before = processes ? cpu_seconds(session, *processes) : 0;
    Random random(seed_from_system());
    SeatTally named(shape_);
    {
      TRY_ASSIGN(auto way, way_to(session, processes, *space, random.stream("ids")));
      SaleRequests requests(shape_, is_hot(), random.stream("requests"));
      SaleLoadOptions options{
          .events = events,
          .outstanding = outstanding_.value_or(by_gateway() ? kByGateway : kNatively),
          .rate = rate_.value_or(0)};
      limit(options);
      auto done = SaleLoad(session, *way, requests, std::move(options), report, named).run();
      if (session.interrupted()) session.forget_interruption();
      TRY(done);
    }
    report.seats_total = is_hot() ? shape_.seats_per_section() : shape_.seats();
    auto requests = static_cast<double>(std::max<uint64_t>(report.requests, 1));
    if (processes)
      report.cpu_us_per_request = (cpu_seconds(session, *processes) - cpu_before) * 1e6 / requests;
    TRY_ASSIGN(uint64_t bytes, sale_bytes(session, *space, before));
    report.log_bytes_per_request = static_cast<double>(bytes) / requests;
    // An outcome is in the log, where it was read, a moment before it is in its owner's store.
    TRY_ASSIGN(auto ends, log_ends(session, *space));
    seats->read_from(std::move(ends));
    return check_sale(*seats, shape_, events, named, report);
  }

  std::optional<uint64_t> outstanding_;
  std::optional<uint64_t> rate_;
  SaleShape shape_;
  std::vector<net::Endpoint> brokers_;
  std::optional<std::string> dir_;
  bool json_ = false;
};

class BenchReserve final : public SaleBench {
  void add_own(service::Settings& settings) override {
    settings.add("seconds", service::integer_value(1, 86'400), seconds_, "How long it counts.");
    settings.add("warm_up", service::duration_value(0s, 1h), warm_up_, "Before it counts.");
  }
  std::string name() const override { return "reserve"; }
  void limit(SaleLoadOptions& options) const override {
    options.warm_up = warm_up_;
    options.time = std::chrono::seconds(seconds_);
  }

  uint64_t seconds_ = 60;
  Duration warm_up_ = 2s;
};

class BenchOnsale final : public SaleBench {
  void add_own(service::Settings& settings) override {
    settings.add("requests", service::integer_value(1, 1'000'000'000), requests_,
                 "How many there are, each of another user.");
    settings.add("seconds", service::integer_value(1, 86'400), seconds_,
                 "How long requests are sent at most; none: until all were sent.");
    settings.add("hot", service::boolean_value(), hot_, "All of them ask for one section.");
    settings.add("http", service::boolean_value(), http_,
                 "Through a gateway: POST, then GET with a wait.");
    settings.add("cache", service::boolean_value(), cache_,
                 "Through a gateway whose cache may turn away who comes too late.");
  }
  std::string name() const override { return "onsale"; }
  std::string outstanding_about() const override {
    return fmt::format(
        "How many requests wait for their outcome at most; none: {}, {} through a gateway.",
        kNatively, kByGateway);
  }
  bool is_hot() const override { return hot_; }
  bool by_gateway() const override { return http_ || cache_; }
  bool cache_may_reject() const override { return cache_; }
  void limit(SaleLoadOptions& options) const override {
    options.most = requests_;
    if (seconds_) options.time = std::chrono::seconds(*seconds_);
  }

  uint64_t requests_ = 1'000'000;
  std::optional<uint64_t> seconds_;
  bool hot_ = false;
  bool http_ = false;
  bool cache_ = false;
};

}  // namespace

CommandRows bench_sale_commands() {
  return {{"bench reserve", "reserves seats as fast as it goes, or at a rate; the log decides all",
           "usher bench reserve --seconds 60 --json", maker<BenchReserve>()},
          {"bench onsale", "the million-ticket sale: every request decided by the log",
           "usher bench onsale --json", maker<BenchOnsale>()}};
}

}  // namespace usher::cli

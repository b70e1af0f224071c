// usher bench gateway: what a gateway makes of lookers, of those who wait, and how soon it shows
// what became free.
#include <algorithm>
#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/bench_report.h"
#include "client/cli/commands.h"
#include "client/cli/http_sale.h"
#include "proto/net/http_caller.h"
#include "proto/service/open_files.h"

namespace usher::cli {
namespace {

constexpr std::string_view kEvent = "bench-gateway";

net::HttpRequest get(std::string target) {
  return {.method = "GET", .target = std::move(target), .fields = {}, .body = ""};
}

net::HttpRequest post(std::string target, std::string body) {
  return {.method = "POST",
          .target = std::move(target),
          .fields = {{"Content-Type", "application/json"}},
          .body = std::move(body)};
}

net::HttpRequest get_event() { return get(fmt::format("/api/events/{}", kEvent)); }

net::HttpRequest reserve(std::string_view section, const std::string& user) {
  return post("/api/reservations",
              fmt::format(R"({{"eventId":"{}","section":"{}","seatCount":1,"userId":"{}"}})",
                          kEvent, section, user));
}

// Callers that look at the event again and again, each over its connection.
class Lookers {
 public:
  Lookers(Session& session, const net::Endpoint& gateway, size_t count, BenchReport& report)
      : session_(session), report_(report) {
    for (size_t i = 0; i < count; ++i)
      callers_.push_back(std::make_unique<net::HttpCaller>(session.asio_scheduler(), gateway));
  }

  void run(Duration warm_up, Duration time) {
    counts_from_ = session_.clock().monotonic() + warm_up;
    ends_ = counts_from_ + time;
    for (auto& caller : callers_) look(*caller);
    while (open_ > 0 && !session_.interrupted()) session_.run();
    report_.seconds = std::chrono::duration<double>(time).count();
  }

 private:
  void look(net::HttpCaller& caller) {
    ++open_;
    MonotonicTime asked = session_.clock().monotonic();
    caller.ask(get_event(), [this, &caller, asked](Result<net::HttpAnswer> answer) {
      --open_;
      MonotonicTime now = session_.clock().monotonic();
      if (now >= counts_from_ && now < ends_) {
        ++report_.operations;
        report_.latency_ns.record(static_cast<uint64_t>((now - asked).count()));
        if (!answer || answer->status != 200) ++report_.errors;
        if (answer) report_.bytes += answer->body.size();
      }
      if (now < ends_) return look(caller);
      if (open_ == 0) session_.stop();
    });
  }

  Session& session_;
  BenchReport& report_;
  size_t open_ = 0;
  MonotonicTime counts_from_;
  MonotonicTime ends_;
  std::vector<std::unique_ptr<net::HttpCaller>> callers_;
};

// Each reserves a seat and waits for the outcome, which nobody decides meanwhile.
class Waiters {
 public:
  Waiters(Session& session, net::Endpoint gateway, size_t count)
      : session_(session), gateway_(gateway), count_(count) {}

  // So many at a time: a listening socket has a short queue.
  void start() {
    while (started_ < count_ && accepted_ + failed_ + kAtOnce > started_) {
      auto caller = std::make_unique<net::HttpCaller>(session_.asio_scheduler(), gateway_);
      net::HttpCaller& line = *caller;
      callers_.push_back(std::move(caller));
      line.ask(reserve("W", fmt::format("waiter-{}", started_++)),
               [this, &line](Result<net::HttpAnswer> answer) { take(line, std::move(answer)); });
    }
  }
  bool all_wait() const { return accepted_ + failed_ >= count_; }
  bool all_answered() const { return answered_ + failed_ >= count_; }
  uint64_t accepted() const { return accepted_; }
  uint64_t answered() const { return answered_; }
  uint64_t failed() const { return failed_; }

 private:
  static constexpr size_t kAtOnce = 200;

  void take(net::HttpCaller& line, Result<net::HttpAnswer> answer) {
    auto told = answer ? sale_answer_of(*answer) : std::unexpected(answer.error());
    if (!told || told->pending.empty()) {
      ++failed_;
      return start();
    }
    ++accepted_;
    line.ask(get(fmt::format("/api/reservations/{}?wait=60", told->pending)),
             [this](Result<net::HttpAnswer> outcome) {
               auto told = outcome ? sale_answer_of(*outcome) : std::unexpected(outcome.error());
               told && told->outcome ? ++answered_ : ++failed_;
             });
    start();
  }

  Session& session_;
  net::Endpoint gateway_;
  size_t count_;
  size_t started_ = 0;
  uint64_t accepted_ = 0;
  uint64_t answered_ = 0;
  uint64_t failed_ = 0;
  std::vector<std::unique_ptr<net::HttpCaller>> callers_;
};

class BenchGateway final : public Command {
 public:
  void add_to(service::Settings& settings) override {
    settings.add("seconds", service::integer_value(1, 86'400), seconds_,
                 "How long lookers are counted.");
    settings.add("lookers", service::integer_value(1, 10'000), lookers_,
                 "Connections that ask for an event again and again.");
    settings.add("changes", service::integer_value(0, 10'000), changes_,
                 "How often a section's last seat is taken and given back.");
    settings.add("waiters", service::integer_value(0, 20'000), waiters_,
                 "Connections that wait for an outcome at the same time.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() override {
    BenchCluster bench;
    TRY_ASSIGN(auto brokers, bench.start({.brokers = 3, .processors = 2, .gateways = 1}));
    LocalCluster& cluster = *bench.own();
    Session session(brokers, 30s);
    service::raise_open_files_limit();
    const MemberProcess& member = cluster.file().gateways.front();
    TRY_ASSIGN(auto gateway, net::Endpoint::parse(member.listen));
    TRY(make_event(session, gateway));
    BenchReport report;
    report.bench = "gateway";
    Lookers(session, gateway, lookers_, report).run(1s, std::chrono::seconds(seconds_));
    TRY(change(session, gateway));
    TRY(wait(session, cluster, member, gateway));
    tell(report);
    return report.errors + waiters_failed_ == 0 && !session.was_interrupted() ? 0 : 1;
  }

 private:
  static Result<net::HttpAnswer> ask(Session& session, const net::Endpoint& gateway,
                                     const net::HttpRequest& request) {
    return session.wait<net::HttpAnswer>([&](auto answer) {
      net::http_ask(session.asio_scheduler(), gateway, request, 10s, std::move(answer));
    });
  }

  // `done` of what the gateway answers to `request`; how long that took.
  static Result<Duration> until(Session& session, const net::Endpoint& gateway,
                                const net::HttpRequest& request,
                                const std::function<bool(const net::HttpAnswer&)>& done) {
    MonotonicTime began = session.clock().monotonic();
    while (session.clock().monotonic() - began < 30s) {
      TRY_ASSIGN(auto answer, ask(session, gateway, request));
      if (done(answer)) return session.clock().monotonic() - began;
      session.run_for(1ms);
    }
    return fail(ErrorCode::TIMED_OUT, request.method + " " + request.target + " after 30 s");
  }

  Result<void> make_event(Session& session, const net::Endpoint& gateway) {
    auto create = post("/api/events", fmt::format(R"({{"eventId":"{}","holdSeconds":0,"sections":[)"
                                                  R"({{"name":"R","rows":1,"seatsPerRow":1}},)"
                                                  R"({{"name":"W","rows":100,"seatsPerRow":100}})"
                                                  R"(]}})",
                                                  kEvent));
    TRY(until(session, gateway, create,
              [](const net::HttpAnswer& answer) { return answer.status / 100 == 2; }));
    TRY(until(session, gateway, get_event(),
              [](const net::HttpAnswer& answer) { return answer.status == 200; }));
    return {};
  }

  static bool has_available(const net::HttpAnswer& answer, int64_t seats) {
    boost::system::error_code error;
    boost::json::value body = boost::json::parse(answer.body, error);
    if (error || answer.status != 200) return false;
    for (const auto& section : body.as_object()["sections"].as_array())
      if (section.as_object().at("name") == "R")
        return section.as_object().at("available") == seats;
    return false;
  }

  // The only seat of a section goes and comes back: when everybody sees that, and can have it.
  Result<void> change(Session& session, const net::Endpoint& gateway) {
    for (uint64_t i = 0; i < changes_ && !session.interrupted(); ++i) {
      TRY_ASSIGN(auto taken, ask(session, gateway, reserve("R", fmt::format("user-{}", i))));
      TRY_ASSIGN(SaleAnswer told, sale_answer_of(taken));
      std::string at = "/api/reservations/" + told.pending;
      TRY_ASSIGN(auto outcome, ask(session, gateway, get(at + "?wait=30")));
      TRY(sale_answer_of(outcome));
      auto gone =
          until(session, gateway, get_event(), [](const auto& a) { return has_available(a, 0); });
      TRY_ASSIGN(Duration took, std::move(gone));
      seen_most_ = std::max(seen_most_, took);
      TRY(ask(session, gateway, {.method = "DELETE", .target = at, .fields = {}, .body = ""}));
      TRY_ASSIGN(took, until(session, gateway, get_event(),
                             [](const auto& a) { return has_available(a, 1); }));
      offered_most_ = std::max(offered_most_, took);
    }
    return {};
  }

  Result<void> wait(Session& session, LocalCluster& cluster, const MemberProcess& member,
                    const net::Endpoint& gateway) {
    constexpr std::string_view kMemory = "usher_process_resident_memory_bytes";
    if (waiters_ == 0) return {};
    double before = process_metric(session, member, kMemory);
    for (const MemberProcess& processor : std::vector(cluster.file().processors))
      TRY(cluster.kill(session, Kind::kProcessor, processor.id));
    Waiters waiters(session, gateway, waiters_);
    waiters.start();
    auto run_until = [&](const std::function<bool()>& done, Duration within) {
      MonotonicTime deadline = session.clock().monotonic() + within;
      while (!done() && session.clock().monotonic() < deadline && !session.interrupted())
        session.run_for(1ms);
    };
    run_until([&] { return waiters.all_wait(); }, 30s);
    session.run_for(1s);
    waited_ = static_cast<uint64_t>(process_metric(session, member, "usher_gateway_waiters"));
    growth_ = process_metric(session, member, kMemory) - before;
    for (const MemberProcess& processor : std::vector(cluster.file().processors))
      TRY(cluster.restart(session, Kind::kProcessor, processor.id, false));
    run_until([&] { return waiters.all_answered(); }, 60s);
    answered_ = waiters.answered();
    waiters_failed_ = waiters_ - waiters.answered();
    return {};
  }

  void tell(const BenchReport& report) const {
    if (json_) {
      print(json_object_of(report)
                .real("gone_seen_ms_max", ms(seen_most_))
                .real("released_offered_ms_max", ms(offered_most_))
                .number("waiters", waited_)
                .number("waiters_answered", answered_)
                .real("memory_growth_bytes", growth_)
                .done());
      return;
    }
    print(text_of(report));
    print(
        fmt::format("a section's last seat, {} times: gone for everybody after at most {:.0f} ms, "
                    "on offer again after at most {:.0f} ms",
                    changes_, ms(seen_most_), ms(offered_most_)));
    print(fmt::format("{} waited at once: {:.1f} MiB more memory in the gateway; {} were answered",
                      waited_, growth_ / limits::kMiB, answered_));
  }

  uint64_t seconds_ = 20;
  uint64_t lookers_ = 64;
  uint64_t changes_ = 20;
  uint64_t waiters_ = 10'000;
  bool json_ = false;
  Duration seen_most_ = {};
  Duration offered_most_ = {};
  uint64_t waited_ = 0;
  uint64_t answered_ = 0;
  uint64_t waiters_failed_ = 0;
  double growth_ = 0;
};

}  // namespace

CommandRows bench_gateway_commands() {
  return {{"bench gateway", "what a gateway makes of lookers and of those who wait",
           "usher bench gateway --json", maker<BenchGateway>()}};
}

}  // namespace usher::cli

// What `usher bench onsale` does, to PostgreSQL with its own C client: each request is of a user of
// its own, asks for 1 to 4 seats and is decided in a transaction. Connections in pipeline mode hold
// so many requests that have no outcome yet.
//
//     SaleRequests ─→ Lane, one a connection: SELECT reserve_…($1, $2, $3) ─→ take ─→ report
#include <charconv>
#include <deque>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "client/cli/bench_report.h"
#include "client/cli/sale_requests.h"
#include "proto/base/check.h"
#include "proto/base/system_clock.h"
#include "proto/net/readable_watch.h"
#include "proto/service/config.h"
#include "proto/service/exit_code.h"

namespace usher::bench {
namespace {

struct Asked {
  std::string database;
  std::string function;
  uint64_t connections = 1;
  uint64_t outstanding = 1;
  uint64_t sections = 1;
  uint64_t requests = 1;
  uint64_t seconds = 10;
};

class SeatsLoad;

// A connection and the requests on it, which are decided one after the other.
class Lane {
 public:
  Lane(SeatsLoad& load, const Asked& asked) : load_(load), asked_(asked) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane() {
    watch_.reset();
    PQfinish(connection_);
  }

  Result<void> open(net::AsioScheduler& scheduler) {
    connection_ = PQconnectdb(asked_.database.c_str());
    if (PQstatus(connection_) != CONNECTION_OK) return failed();
    std::string text = fmt::format("SELECT {}($1, $2, $3)", asked_.function);
    PGresult* prepared = PQprepare(connection_, "reserve", text.c_str(), 3, nullptr);
    bool is_prepared = PQresultStatus(prepared) == PGRES_COMMAND_OK;
    PQclear(prepared);
    if (!is_prepared || PQsetnonblocking(connection_, 1) != 0 ||
        PQenterPipelineMode(connection_) != 1)
      return failed();
    watch_.emplace(scheduler, PQsocket(connection_), [this] { take(); });
    return {};
  }

  void send(uint64_t number, const cli::SaleRequest& what, MonotonicTime now) {
    std::array<std::string, 3> texts{fmt::to_string(number), fmt::to_string(what.section),
                                     fmt::to_string(what.seats)};
    std::array<const char*, 3> values{texts[0].c_str(), texts[1].c_str(), texts[2].c_str()};
    CHECK(PQsendQueryPrepared(connection_, "reserve", 3, values.data(), nullptr, nullptr, 0) == 1,
          PQerrorMessage(connection_));
    CHECK(PQpipelineSync(connection_) == 1, PQerrorMessage(connection_));
    open_.push_back({.sent = now, .seats = what.seats});
  }
  // What did not fit into the socket goes on when an answer was taken: there is one to come.
  void flush() { CHECK(PQflush(connection_) >= 0, PQerrorMessage(connection_)); }
  size_t open() const { return open_.size(); }

 private:
  struct Open {
    MonotonicTime sent;
    uint32_t seats = 0;
  };
  std::unexpected<Error> failed() const {
    return fail(ErrorCode::UNREACHABLE, PQerrorMessage(connection_));
  }
  void take();

  SeatsLoad& load_;
  const Asked& asked_;
  PGconn* connection_ = nullptr;
  std::optional<net::ReadableWatch> watch_;
  std::deque<Open> open_;
};

class SeatsLoad {
 public:
  explicit SeatsLoad(const Asked& asked)
      : asked_(asked),
        requests_({.events = 1, .sections = asked.sections}, false, Random(seed_from_system())) {
    report_.bench = "postgres";
  }

  Result<void> run() {
    for (uint64_t i = 0; i < asked_.connections; ++i) {
      lanes_.push_back(std::make_unique<Lane>(*this, asked_));
      TRY(lanes_.back()->open(scheduler_));
    }
    began_ = clock_.monotonic();
    ends_ = began_ + std::chrono::seconds(asked_.seconds);
    for (auto& lane : lanes_) fill(*lane);
    scheduler_.run();
    return {};
  }

  // A lane has room for more, or nothing is left to be asked for.
  void fill(Lane& lane) {
    MonotonicTime now = clock_.monotonic();
    uint64_t share = std::max<uint64_t>(asked_.outstanding / asked_.connections, 1);
    while (lane.open() < share && sent_ < asked_.requests && now < ends_)
      lane.send(sent_++, requests_.next(), now);
    lane.flush();
    if (done_ == sent_) scheduler_.stop();
  }
  void count(MonotonicTime sent, std::optional<uint32_t> seats, bool as_asked) {
    MonotonicTime now = clock_.monotonic();
    ++done_;
    if (!seats || !as_asked) {
      ++report_.errors;
      return;
    }
    ++report_.operations;
    if (*seats > 0) ++accepted_;
    seats_sold_ += *seats;
    report_.latency_ns.record(static_cast<uint64_t>((now - sent).count()));
    report_.seconds = std::chrono::duration<double>(now - began_).count();
  }
  std::string text() const {
    return cli::json_object_of(report_)
        .number("accepted", accepted_)
        .number("seats_sold", seats_sold_)
        .done();
  }

 private:
  Asked asked_;
  SystemClock clock_;
  net::AsioScheduler scheduler_{clock_};
  cli::SaleRequests requests_;
  uint64_t sent_ = 0;
  uint64_t done_ = 0;
  uint64_t accepted_ = 0;
  uint64_t seats_sold_ = 0;
  MonotonicTime began_;
  MonotonicTime ends_;
  cli::BenchReport report_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

// Of each request a row, nothing, and the mark behind its transaction.
void Lane::take() {
  CHECK(PQconsumeInput(connection_) == 1, PQerrorMessage(connection_));
  std::optional<uint32_t> seats;
  while (!open_.empty() && PQisBusy(connection_) == 0) {
    PGresult* result = PQgetResult(connection_);
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_EMPTY_QUERY;
    if (status == PGRES_TUPLES_OK) {
      std::string_view text = PQgetvalue(result, 0, 0);
      uint32_t number = 0;
      if (std::from_chars(text.begin(), text.end(), number).ec == std::errc()) seats = number;
    }
    PQclear(result);
    if (status != PGRES_PIPELINE_SYNC) continue;
    Open done = open_.front();
    open_.pop_front();
    load_.count(done.sent, seats, seats == done.seats || seats == 0);
    seats.reset();
  }
  load_.fill(*this);
}

Result<int> run(const service::ProgramInput& input) {
  Asked asked;
  auto count = service::integer_value(1, 1'000'000'000);
  service::Settings settings({"seats_client", "reserves seats in PostgreSQL and counts",
                              "seats_client --database host=/tmp/data --function reserve_hot"});
  settings.add("database", service::text_value(), asked.database, "As libpq wants it.");
  settings.add("function", service::text_value(), asked.function, "Of seats.sql.");
  settings.add("connections", service::integer_value(1, 1'000), asked.connections, "In all.");
  settings.add("outstanding", count, asked.outstanding, "Requests without an outcome, in all.");
  settings.add("sections", count, asked.sections, "Each as likely as the next.");
  settings.add("requests", count, asked.requests, "In all.");
  settings.add("seconds", service::integer_value(1, 86'400), asked.seconds,
               "How long requests are sent at most.");
  TRY_ASSIGN(auto text, service::load(settings, input));
  if (text) {
    cli::print(*text);
    return service::kDone;
  }
  SeatsLoad load(asked);
  TRY(load.run());
  cli::print(load.text());
  return service::kDone;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  using namespace usher;
  auto code = bench::run({.arguments = {argv + 1, argv + argc}, .environment = {}});
  return code ? *code : service::report(code.error());
}

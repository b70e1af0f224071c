// seats_load --brokers LIST --gateways LIST --history FILE [--clients N] [--seconds N] [--seed N]:
// clients of a small sale, over every way that there is, for some time. Writes their history, and
// judges nothing. Says `selling` once the events are made; exit 0 when every request was answered.
#include <fmt/format.h>

#include "client/cli/seats_session.h"
#include "proto/base/random.h"
#include "proto/service/open_files.h"

#include "tests/faults/seats/http_way.h"
#include "tests/faults/seats/native_way.h"
#include "tests/faults/seats/organiser.h"
#include "tests/options.h"

namespace usher::faults {
namespace {

// What a request may take; clients repeat what took longer.
constexpr Duration kPatience = 5s;
constexpr Duration kStart = 30s;
constexpr Duration kDrain = 90s;

struct Asked {
  std::vector<net::Endpoint> brokers;
  std::vector<net::Endpoint> gateways;
  std::string history;
  uint64_t clients = 200;
  uint64_t seconds = 60;
  uint64_t seed = 1;
};

bool run_until(cli::Session& session, Duration within, const std::function<bool()>& done) {
  MonotonicTime end = session.clock().monotonic() + within;
  while (!done()) {
    if (session.clock().monotonic() >= end || session.interrupted()) return false;
    session.run_for(20ms);
  }
  return true;
}

Result<int> run(const Asked& asked) {
  service::raise_open_files_limit();
  cli::Session session(asked.brokers, kPatience);
  TRY_ASSIGN(auto seats, cli::SeatsSession::open(session, true));
  History history(asked.history, session.clock());
  Random random(asked.seed);
  Sale sale;
  Stage stage{.scheduler = session.scheduler(), .history = history, .sale = sale};
  NativeWay native(seats->booking());
  std::vector<std::unique_ptr<HttpWay>> gateways;
  stage.ways.push_back(&native);
  for (const net::Endpoint& gateway : asked.gateways) {
    gateways.push_back(std::make_unique<HttpWay>(
        session.asio_scheduler(), fmt::format("gateway-{}", gateways.size() + 1), gateway));
    stage.ways.push_back(gateways.back().get());
  }
  Organiser organiser(stage, seats->booking(), session.clock(), random.stream("organiser"));
  bool made = false;
  organiser.make_all([&made] { made = true; });
  if (!run_until(session, kStart, [&made] { return made; }))
    return fail(ErrorCode::TIMED_OUT, "the events could not be made");
  fmt::print("selling\n");
  std::fflush(stdout);

  std::vector<std::unique_ptr<Buyer>> buyers;
  for (uint64_t i = 0; i < asked.clients; ++i)
    buyers.push_back(std::make_unique<Buyer>(stage, i, random.stream(fmt::format("buyer {}", i))));
  for (auto& buyer : buyers) buyer->start();
  organiser.start();
  run_until(session, std::chrono::seconds(asked.seconds), [] { return false; });
  stage.is_over = true;
  bool all_answered = run_until(session, kDrain, [&history] { return history.open() == 0; });
  fmt::print("{} requests, {} changes of events, {} not answered\n", history.lines(),
             organiser.changes(), history.open());
  return all_answered ? 0 : 1;
}

}  // namespace
}  // namespace usher::faults

int main(int argc, char** argv) {
  usher::faults::Asked asked;
  namespace service = usher::service;
  service::Settings settings({"seats_load", "clients of a small sale, and their history",
                              "seats_load --brokers 127.0.0.1:7101 --history h.jsonl"});
  settings.add_list("brokers", service::endpoint_value(), asked.brokers, "Some brokers.")
      .is_required = true;
  settings.add_list("gateways", service::endpoint_value(), asked.gateways,
                    "Gateways, beside the client library.");
  settings.add("history", service::path_value(), asked.history, "Where the history goes.")
      .is_required = true;
  settings.add("clients", service::integer_value(1, 10'000), asked.clients, "How many.");
  settings.add("seconds", service::integer_value(1, 86'400), asked.seconds, "How long.");
  settings.add("seed", service::integer_value(0, UINT64_MAX), asked.seed,
               "What they do follows from it; when, does not.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  auto code = usher::faults::run(asked);
  return code ? *code : service::report(code.error());
}

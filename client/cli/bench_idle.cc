// usher bench idle: what a cluster costs that nobody uses, and what connections that say nothing
// cost.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/bench_report.h"
#include "client/cli/commands.h"
#include "client/producer.h"
#include "proto/service/open_files.h"

namespace usher::cli {
namespace {

// One that has said hello, and then nothing.
class IdleConnections final : private net::ChannelHandler {
 public:
  explicit IdleConnections(Session& session) : session_(session) {}

  Result<void> open(const net::Endpoint& broker, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      net::ChannelHandler* handler = this;
      channels_.push_back(std::make_unique<net::Channel>(
          session_.transport(), session_.scheduler(),
          session_.cluster().stream(fmt::format("idle-{}", i)), broker,
          net::ChannelOptions{.hello = {.program = "usher bench"}}, handler));
      // So many at a time: a listening socket has a short queue.
      if (i % 100 == 99) TRY(all_up());
    }
    return all_up();
  }

 private:
  Result<void> all_up() {
    MonotonicTime deadline = session_.clock().monotonic() + 30s;
    while (up_ < channels_.size()) {
      if (failure_) return fail(*failure_);
      if (session_.interrupted()) return fail(ErrorCode::CLOSED, "stopped by a signal");
      if (session_.clock().monotonic() > deadline)
        return fail(ErrorCode::TIMED_OUT,
                    fmt::format("{} of {} connections stand after 30 s", up_, channels_.size()));
      session_.run_for(1ms);
    }
    return {};
  }
  void on_up(uint64_t) override { ++up_; }
  void on_down(const Error& why) override { failure_ = why; }

  Session& session_;
  uint64_t up_ = 0;
  std::optional<Error> failure_;
  std::vector<std::unique_ptr<net::Channel>> channels_;
};

class BenchIdle final : public Command {
 public:
  void add_to(service::Settings& settings) override {
    settings.add("seconds", service::integer_value(1, 86'400), seconds_, "How long it is watched.");
    settings.add("partitions", service::integer_value(1, 4096), partitions_,
                 "Of the space it makes, one record in each.");
    settings.add("connections", service::integer_value(0, 60'000), connections_,
                 "Then opened to the first broker.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() override {
    BenchCluster bench;
    TRY_ASSIGN(auto brokers, bench.start());
    LocalCluster& cluster = *bench.own();
    Session session(brokers, 30s);
    TRY(fill(session));
    // What a new space makes the cluster do is over by then.
    session.run_for(5s);

    double cpu = cpu_seconds(session, cluster);
    MonotonicTime began = session.clock().monotonic();
    session.run_for(std::chrono::seconds(seconds_));
    double seconds = std::chrono::duration<double>(session.clock().monotonic() - began).count();
    double percent = (cpu_seconds(session, cluster) - cpu) / seconds /
                     static_cast<double>(cluster.file().brokers.size()) * 100;

    service::raise_open_files_limit();
    const MemberProcess& first = cluster.file().brokers.front();
    double memory = process_metric(session, first, "usher_process_resident_memory_bytes");
    IdleConnections idle(session);
    TRY_ASSIGN(auto endpoint, net::Endpoint::parse(first.listen));
    TRY(idle.open(endpoint, connections_));
    session.run_for(2s);
    double more = process_metric(session, first, "usher_process_resident_memory_bytes") - memory;
    if (json_)
      print(JsonObject()
                .text("bench", "idle")
                .real("seconds", seconds)
                .number("partitions", partitions_)
                .real("cpu_percent_per_broker", percent)
                .number("connections", connections_)
                .real("memory_growth_bytes", more)
                .done());
    else
      print(
          fmt::format("idle with {} partitions: {:.2f} % of a core for each broker, over {:.0f} "
                      "s\n{} connections: {:.1f} MiB more memory in their broker",
                      partitions_, percent, seconds, connections_, more / limits::kMiB));
    return session.interrupted() ? 1 : 0;
  }

 private:
  // One record in each partition.
  Result<void> fill(Session& session) const {
    TRY_ASSIGN(client::Topic topic, make_bench_topic(session, "idle", partitions_));
    client::Producer producer(session.cluster());
    std::optional<Error> failure;
    uint64_t open = partitions_;
    for (uint32_t p = 0; p < partitions_; ++p)
      TRY(producer.send_to(topic, PartitionId(p),
                           {.key = {}, .value = as_bytes("one record"), .headers = {}},
                           [&](const Result<client::Receipt>& outcome) {
                             if (!outcome) failure = outcome.error();
                             if (--open == 0) session.stop();
                           }));
    while (open > 0 && !session.interrupted()) session.run();
    if (failure) return fail(std::move(*failure));
    return {};
  }

  uint64_t seconds_ = 60;
  uint64_t partitions_ = 200;
  uint64_t connections_ = 10'000;
  bool json_ = false;
};

}  // namespace

CommandRows bench_idle_commands() {
  return {{"bench idle", "what a cluster and its connections cost that nobody uses",
           "usher bench idle --seconds 60", maker<BenchIdle>()}};
}

}  // namespace usher::cli

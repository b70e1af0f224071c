// usher bench failover: how long writes stand still when a broker is killed.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/bench_report.h"
#include "client/cli/commands.h"
#include "client/producer.h"
#include "proto/base/check.h"

namespace usher::cli {
namespace {

// One kill: the last of the partitions that the broker led to acknowledge a write again.
struct Try {
  BrokerId broker;
  bool was_controller = false;
  size_t led = 0;
  Duration took = {};
};

class BenchFailover final : public Command {
 public:
  void add_to(service::Settings& settings) override {
    settings.add("tries", service::integer_value(1, 1'000), tries_, "How many brokers are killed.");
    settings.add("partitions", service::integer_value(1, 4096), partitions_,
                 "Of the space it makes.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() override {
    BenchCluster bench;
    TRY_ASSIGN(auto brokers, bench.start());
    LocalCluster& cluster = *bench.own();
    Session session(brokers, 30s);
    TRY_ASSIGN(client::Topic topic, make_bench_topic(session, "failover", partitions_));
    BenchReport report;
    report.bench = "failover";
    MonotonicTime began = session.clock().monotonic();
    std::vector<Try> tries;
    {
      client::Producer producer(session.cluster());
      while (tries.size() < tries_ && !session.interrupted()) {
        TRY_ASSIGN(auto partitions, spread(session, topic));
        TRY_ASSIGN(Try one, kill_one(session, cluster, producer, topic, partitions, report));
        if (!json_) remark(text_of(one, tries.size() + 1));
        tries.push_back(one);
        TRY(cluster.restart(session, Kind::kBroker, one.broker.value(), false));
        TRY(cluster.wait_ready(session, 30s));
      }
    }
    report.seconds = std::chrono::duration<double>(session.clock().monotonic() - began).count();
    tell(tries, report);
    return report.errors == 0 && !session.was_interrupted() ? 0 : 1;
  }

 private:
  using Partitions = std::vector<wire::PartitionInfo>;

  // Every partition is led where it should be, once all brokers are back.
  static Result<Partitions> spread(Session& session, client::Topic topic) {
    MonotonicTime deadline = session.clock().monotonic() + 60s;
    while (session.clock().monotonic() < deadline && !session.interrupted()) {
      TRY_ASSIGN(auto metadata, session.fresh_metadata());
      auto space = std::ranges::find(metadata->spaces, topic.space, &wire::SpaceInfo::id);
      if (space != metadata->spaces.end() &&
          std::ranges::all_of(space->partitions, [](const wire::PartitionInfo& partition) {
            return !partition.replicas.empty() && partition.leader == partition.replicas[0];
          }))
        return space->partitions;
      session.run_for(100ms);
    }
    return fail(ErrorCode::TIMED_OUT,
                "the partitions' leaders did not come back to where they "
                "should be within 60 s");
  }

  // Sends a record to each partition; when it is acknowledged, and how many were not.
  struct Round {
    std::map<uint32_t, MonotonicTime> at = {};
    size_t open = 0;
    uint64_t errors = 0;
  };
  void send_round(Session& session, client::Producer& producer, client::Topic topic,
                  Round& round) const {
    round.open = partitions_;
    for (uint32_t p = 0; p < partitions_; ++p) {
      auto delivered = [&session, &round, p](const Result<client::Receipt>& outcome) {
        round.at[p] = session.clock().monotonic();
        if (!outcome) ++round.errors;
        if (--round.open == 0) session.stop();
      };
      auto sent = producer.send_to(topic, PartitionId(p),
                                   {.key = {}, .value = as_bytes("after a failure"), .headers = {}},
                                   std::move(delivered));
      CHECK(sent.has_value(), "one record for each partition has room");
    }
  }

  // The broker whose turn it is. Clients are connected, and have just written to every partition.
  Result<Try> kill_one(Session& session, LocalCluster& cluster, client::Producer& producer,
                       client::Topic topic, const Partitions& partitions, BenchReport& report) {
    auto wait = [&](Round& round) {
      while (round.open > 0 && !session.interrupted()) session.run();
    };
    Round before;
    send_round(session, producer, topic, before);
    wait(before);

    TRY_ASSIGN(auto metadata, session.metadata());
    Try one{.broker = metadata->brokers[turn_++ % metadata->brokers.size()].id};
    one.was_controller = metadata->controller == one.broker;
    MonotonicTime killed = session.clock().monotonic();
    TRY(cluster.kill(session, Kind::kBroker, one.broker.value()));
    Round after;
    send_round(session, producer, topic, after);
    wait(after);
    for (uint32_t p = 0; p < partitions.size(); ++p) {
      if (partitions[p].leader != one.broker || !after.at.contains(p)) continue;
      ++one.led;
      one.took = std::max(one.took, after.at[p] - killed);
    }
    report.operations += before.at.size() + after.at.size();
    report.errors += before.errors + after.errors;
    report.latency_ns.record(static_cast<uint64_t>(one.took.count()));
    return one;
  }

  static std::string text_of(const Try& one, size_t number) {
    return fmt::format("{}: broker {}{}, leader of {} partitions: {:.0f} ms", number,
                       one.broker.value(), one.was_controller ? " (controller)" : "", one.led,
                       ms(one.took));
  }

  void tell(const std::vector<Try>& tries, const BenchReport& report) const {
    std::vector<std::string> each;
    size_t controllers = 0;
    for (const Try& one : tries) {
      each.push_back(fmt::format("{:.1f}", ms(one.took)));
      controllers += one.was_controller ? 1 : 0;
    }
    if (json_)
      return print(json_object_of(report)
                       .number("tries", tries.size())
                       .number("controllers_killed", controllers)
                       .raw("each_ms", json_array(each))
                       .done());
    print(cli::text_of(report) +
          fmt::format("{} brokers killed, the controller {} times", tries.size(), controllers));
  }

  uint64_t tries_ = 20;
  uint64_t partitions_ = 20;
  bool json_ = false;
  size_t turn_ = 0;
};

}  // namespace

CommandRows bench_failover_commands() {
  return {{"bench failover", "kills one broker after the other and waits for writes to go on",
           "usher bench failover --tries 20", maker<BenchFailover>()}};
}

}  // namespace usher::cli

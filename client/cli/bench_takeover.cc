// usher bench takeover: how soon every task answers again when a daemon is killed, or is started
// again on its own disk or on an empty one; and how long tasks pause when another daemon joins.
#include <algorithm>

#include <fmt/format.h>

#include "client/cli/bench_cluster.h"
#include "client/cli/bench_report.h"
#include "client/cli/commands.h"
#include "client/cli/log_size.h"
#include "client/cli/seats_tasks.h"
#include "client/cli/steady_load.h"
#include "client/cli/step_gaps.h"
#include "proto/seats/topics.h"

namespace usher::cli {
namespace {

constexpr Duration kPatience = 120s;
// How long tasks work under load before something happens, and are watched before and after.
constexpr Duration kUnderLoad = 3s;
constexpr Duration kWatched = 30s;

double in_ms(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

class BenchTakeover final : public Command {
 public:
  void add_to(service::Settings& settings) override {
    settings.add("tries", service::integer_value(1, 1'000), tries_, "How many daemons are killed.");
    settings.add("keys", service::integer_value(0, 100'000'000), keys_,
                 "Reservations in the stores before the first.");
    settings.add("rate", service::integer_value(1, 1'000'000), rate_,
                 "Requests a second meanwhile.");
    settings.add("alone", service::boolean_value(), alone_,
                 "One daemon, which is started again at once, on its own disk.");
    settings.add("wipe", service::boolean_value(), wipe_,
                 "The same with an empty disk, and without load.");
    settings.add("join", service::boolean_value(), join_,
                 "A third daemon joins two: how long the tasks pause that stay where they are.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() override {
    BenchCluster bench;
    alone_ = alone_ || wipe_;
    uint64_t daemons = alone_ ? 1 : 2;
    TRY_ASSIGN(auto brokers, bench.start({.brokers = 3, .processors = join_ ? 3 : daemons}));
    LocalCluster& cluster = *bench.own();
    Session session(brokers, 30s);
    TRY_ASSIGN(auto seats, SeatsSession::open(session, true));
    TRY_ASSIGN(auto metadata, session.metadata());
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, seats::kSpace));
    if (join_) TRY(cluster.kill(session, Kind::kProcessor, 3));
    SteadyLoad load(session, *space);
    TRY(load.make_events(*seats));
    SeatsTasks tasks(session, *space, load.events());
    load.fill(keys_);
    TRY_ASSIGN(auto ends, log_ends(session, *space));
    TRY(tasks.ask_all(10min, ends));
    BenchReport report;
    report.bench = "takeover";
    MonotonicTime began = session.clock().monotonic();
    TRY(join_ ? join(session, cluster, *space, tasks, load)
              : kill(session, cluster, *space, tasks, load, daemons, report));
    report.seconds = std::chrono::duration<double>(session.clock().monotonic() - began).count();
    report.errors = load.failed();
    tell(report);
    return report.errors == 0 && !session.was_interrupted() ? 0 : 1;
  }

 private:
  Result<void> kill(Session& session, LocalCluster& cluster, const wire::SpaceInfo& space,
                    SeatsTasks& tasks, SteadyLoad& load, uint64_t daemons, BenchReport& report) {
    for (uint64_t i = 0; i < tries_ && !session.interrupted(); ++i) {
      TRY(tasks.wait_settled(daemons, kPatience));
      uint64_t records = 0;
      if (wipe_) {
        TRY_ASSIGN(records, changelog_records(session, space));
      } else {
        load.start(rate_);
        session.run_for(kUnderLoad);
      }
      uint64_t daemon = i % daemons + 1;
      MonotonicTime killed = session.clock().monotonic();
      TRY(cluster.kill(session, Kind::kProcessor, daemon));
      if (alone_) {
        killed = session.clock().monotonic();
        TRY(cluster.restart(session, Kind::kProcessor, daemon, wipe_));
      }
      TRY_ASSIGN(auto answered, tasks.ask_all(kPatience));
      Duration took = std::ranges::max(answered) - killed;
      load.stop();
      report.latency_ns.record(static_cast<uint64_t>(took.count()));
      report.operations += answered.size();
      each_ms_.push_back(fmt::format("{:.1f}", in_ms(took)));
      std::string text = fmt::format("{}: daemon {}, all {} tasks answer after {:.0f} ms", i + 1,
                                     daemon, answered.size(), in_ms(took));
      if (wipe_) {
        restored_per_second_.push_back(
            fmt::format("{:.0f}", static_cast<double>(records) * 1e3 / in_ms(took)));
        text += fmt::format(", {} changelog records a second", restored_per_second_.back());
      }
      if (!json_) remark(text);
      if (!alone_) TRY(cluster.restart(session, Kind::kProcessor, daemon, false));
      TRY(cluster.wait_ready(session, kPatience));
    }
    return {};
  }

  // What a daemon with an empty disk has to apply.
  static Result<uint64_t> changelog_records(Session& session, const wire::SpaceInfo& space) {
    std::vector<TopicId> topics;
    for (const wire::TopicInfo& topic : space.topics)
      if (topic.changelog) topics.push_back(topic.id);
    TRY_ASSIGN(auto ends, log_ends(session, space));
    return log_records(session, space, topics, std::vector<Offset>(ends.size()), ends);
  }

  Result<void> join(Session& session, LocalCluster& cluster, const wire::SpaceInfo& space,
                    SeatsTasks& tasks, SteadyLoad& load) {
    TRY(tasks.wait_settled(2, kPatience));
    TRY_ASSIGN(auto before, tasks.owners());
    load.start(rate_);
    session.run_for(kUnderLoad);
    StepGaps gaps(session, space);
    TRY(gaps.start());
    session.run_for(kWatched);
    std::vector<Duration> quiet = gaps.largest();
    TRY(cluster.restart(session, Kind::kProcessor, 3, false));
    session.run_for(kWatched);
    std::vector<Duration> joined = gaps.largest();
    load.stop();
    TRY(tasks.wait_settled(3, kPatience));
    TRY_ASSIGN(auto after, tasks.owners());
    Duration gap_before{0}, gap_after{0};
    for (const auto& [partition, owner] : before) {
      if (after[partition] != owner) continue;
      ++stayed_;
      gap_before = std::max(gap_before, quiet[partition.value()]);
      gap_after = std::max(gap_after, joined[partition.value()]);
    }
    gap_before_ms_ = in_ms(gap_before);
    gap_after_ms_ = in_ms(gap_after);
    return {};
  }

  void tell(const BenchReport& report) const {
    if (json_) {
      JsonObject json = json_object_of(report);
      json.raw("each_ms", json_array(each_ms_));
      if (wipe_) json.raw("restored_per_second", json_array(restored_per_second_));
      if (join_)
        json.number("stayed", stayed_)
            .raw("gap_before_ms", fmt::format("{:.1f}", gap_before_ms_))
            .raw("gap_after_ms", fmt::format("{:.1f}", gap_after_ms_));
      return print(json.done());
    }
    print(join_
              ? fmt::format("{} tasks stayed; largest gap between their committed steps {:.1f} ms "
                            "in the {} s before, {:.1f} ms in the {} s after",
                            stayed_, gap_before_ms_, std::chrono::seconds(kWatched / 1s).count(),
                            gap_after_ms_, std::chrono::seconds(kWatched / 1s).count())
              : text_of(report));
  }

  uint64_t tries_ = 20;
  uint64_t keys_ = 1'000'000;
  uint64_t rate_ = 4'000;
  bool alone_ = false;
  bool wipe_ = false;
  bool join_ = false;
  bool json_ = false;
  std::vector<std::string> each_ms_;
  std::vector<std::string> restored_per_second_;
  uint64_t stayed_ = 0;
  double gap_before_ms_ = 0;
  double gap_after_ms_ = 0;
};

}  // namespace

CommandRows bench_takeover_commands() {
  return {{"bench takeover", "kills one daemon after the other and waits for its tasks to answer",
           "usher bench takeover --tries 20 --keys 1000000", maker<BenchTakeover>()}};
}

}  // namespace usher::cli

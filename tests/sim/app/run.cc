#include "tests/sim/app/run.h"

#include <fmt/format.h>

#include "tests/sim/app/asker.h"
#include "tests/sim/app/checks/committed_log.h"
#include "tests/sim/app/daemons.h"
#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/producer.h"

namespace usher::sim {
namespace {

constexpr Duration kSafetyPhase = 30s;
constexpr Duration kLivenessPhase = 40s;
constexpr LinkFaults kCalm = {};
constexpr Duration kPatience = 700ms;

class AppRun {
 public:
  explicit AppRun(uint64_t seed)
      : random_(Random(seed).stream("app faults")),
        cluster_(loop_, witness_, kSourceSpace, three_brokers(seed), random_.stream("cluster")) {
    for (int i = 0; i < 3; ++i)
      producers_.push_back(std::make_unique<Producer>(
          cluster_, fmt::format("p{}", i), true, kPatience, random_.stream(fmt::format("p{}", i))));
    for (uint64_t i = 1; i <= 3; ++i)
      daemons_.push_back(
          std::make_unique<Daemon>(cluster_, MemberId(i), random_.stream(fmt::format("d{}", i))));
    asker_ = std::make_unique<Asker>(cluster_, daemons_, random_.stream("asker"));
  }

  AppOutcome run() {
    for (auto& producer : producers_) producer->start();
    for (auto& daemon : daemons_) daemon->start();
    own(*daemons_[0]);
    asker_->start();
    plan_fault();
    loop_.run_until([this] { return witness_.saw_violation(); }, kSafetyPhase);
    heal();
    if (!witness_.saw_violation()) demand_liveness();
    if (!witness_.saw_violation()) check();
    outcome_.violation = witness_.violation();
    outcome_.trace = witness_.trace_hash();
    outcome_.leaders = cluster_.leader_changes();
    outcome_.answers = asker_->answered();
    outcome_.answers_waited = asker_->waited();
    for (auto& daemon : daemons_)
      outcome_.recoveries += daemon->recoveries() + daemon->task()->counts().recoveries;
    return outcome_;
  }

 private:
  void own(Daemon& daemon) { daemon.own(Epoch(++epochs_)); }

  void plan_fault() {
    cluster_.world().after(random_.between(50ms, 2s), [this] {
      if (healing_) return;
      inject(static_cast<AppFault>(random_.below(kAppFaults)));
      plan_fault();
    });
  }

  void later(std::function<void()> act) {
    cluster_.world().after(random_.between(50ms, 3s), [this, act] {
      if (!healing_) act();
    });
  }

  void inject(AppFault fault) {
    witness_.trace(name(fault));
    ++outcome_.faults[static_cast<size_t>(fault)];
    Replica& one = cluster_.replica(random_.below(cluster_.size()));
    Replica* victim = &one;
    Daemon& daemon = *daemons_[random_.below(daemons_.size())];
    switch (fault) {
      case AppFault::kOwnerChange:
        return own(daemon);
      case AppFault::kOwnerCrash:
        daemon.crash();
        own(*daemons_[random_.below(daemons_.size())]);
        return later([&daemon] { daemon.start(); });
      case AppFault::kOwnerClose:
        daemon.close();
        return later([this] { own(*daemons_[random_.below(daemons_.size())]); });
      case AppFault::kFlush:
        return daemon.flush();
      case AppFault::kBrokerCrash:
        cluster_.crash(Replica::broker_of(one.id()), Ending::kPowerLost);
        return later([&one] { one.start(); });
      case AppFault::kBrokersCrash:
        for (size_t i = 0; i < cluster_.size(); ++i) {
          cluster_.crash(i, Ending::kPowerLost);
          later([this, i] { cluster_.replica(i).start(); });
        }
        return;
      case AppFault::kIsolate:
        // Mostly the leader: what it still takes will be cut off.
        if (Replica* leader = cluster_.leader(); leader && random_.chance(2, 3)) victim = leader;
        for (size_t i = 0; i < cluster_.size(); ++i) {
          cluster_.links().cut(victim->id(), cluster_.replica(i).id());
          cluster_.links().cut(cluster_.replica(i).id(), victim->id());
        }
        return later([this] { cluster_.links().heal(); });
      case AppFault::kSlowLinks:
        cluster_.links().set_faults({.delay_min = 1ms, .delay_max = 150ms});
        return later([this] { cluster_.links().set_faults(kCalm); });
      case AppFault::kTransfer:
        if (Replica* leader = cluster_.leader())
          static_cast<void>(leader->partition().transfer_leadership(one.id()));
        return;
      case AppFault::kQuiet:
        for (auto& producer : producers_) producer->stop();
        // Longer than a producer rests between two batches.
        cluster_.world().after(random_.between(200ms, 3s), [this] {
          for (auto& producer : producers_)
            if (!healing_ && producer->idle()) producer->resume();
        });
        return;
    }
  }

  void heal() {
    healing_ = true;
    cluster_.links().heal();
    cluster_.links().set_faults(kCalm);
    for (size_t i = 0; i < cluster_.size(); ++i) cluster_.replica(i).start();
    for (auto& producer : producers_) producer->stop();
    for (auto& daemon : daemons_) daemon->start();
    own(*daemons_[0]);
  }

  // Every producer answered, every replica level, every input consumed, every timer fired.
  void demand_liveness() {
    auto alive = [this] {
      Replica* leader = cluster_.leader();
      if (!leader || !daemons_[0]->owns() || !daemons_[0]->task()->is_idle()) return false;
      Offset end = leader->partition().tail().end();
      for (const auto& producer : producers_)
        if (!producer->idle()) return false;
      for (size_t i = 0; i < cluster_.size(); ++i)
        if (!cluster_.replica(i).is_up() || cluster_.replica(i).partition().node().commit() != end)
          return false;
      return daemons_[0]->task()->scanned() == end && !daemons_[0]->task()->next_deadline();
    };
    if (loop_.run_until(alive, kLivenessPhase)) return;
    processors::Task& task = *daemons_[0]->task();
    std::string others;
    for (size_t i = 0; i < producers_.size(); ++i)
      if (!producers_[i]->idle()) others += fmt::format("; producer {} is not answered", i);
    for (size_t i = 0; i < cluster_.size(); ++i) {
      Replica& replica = cluster_.replica(i);
      others += replica.is_up() ? fmt::format("; replica {} commits {} of {}", i + 1,
                                              replica.partition().node().commit().value(),
                                              replica.partition().tail().end().value())
                                : fmt::format("; replica {} is down", i + 1);
    }
    witness_.violate(
        fmt::format("liveness: after healing the task is {}, at {} of {}, {} in flight, timer {}{}",
                    name_of(task.phase()), task.stamp().position.value(), task.scanned().value(),
                    task.steps_in_flight(),
                    task.next_deadline() ? to_text(*task.next_deadline()) : "none", others));
  }

  void check() {
    const CommittedLog log = cluster_.read_all(0);
    for (const wire::Batch& batch : log)
      if (const wire::StepGuard* step = step_of(batch)) {
        ++outcome_.steps;
        outcome_.timers += step->timers_fired;
      }
    outcome_.inputs = cluster_.history().acknowledged.size();
    // A dead letter holds its record's value once more.
    History history = cluster_.history();
    for (auto& [producer, values] : history.by_producer)
      std::erase_if(values, [](const std::string& value) { return value.ends_with("13"); });
    for (const std::string& found :
         {log_proves_itself(log), acknowledged_is_there(log, history),
          failed_is_not_there(log, history), producers_once_in_order(log, history),
          check_exactly_once(log), check_state_is_fold(log, daemons_[0]->store()),
          check_re_execution(log)})
      if (!found.empty()) return witness_.violate(found);
  }

  static Temper three_brokers(uint64_t seed) {
    Temper temper = draw_temper(Random(seed).stream("temper"));
    temper.brokers = 3;
    return temper;
  }

  Random random_;
  SimLoop loop_;
  Witness witness_{loop_};
  Cluster cluster_;
  uint64_t epochs_ = 0;
  std::vector<std::unique_ptr<Producer>> producers_;
  // Outlives the daemons, which tell whoever still waits that they are gone.
  std::unique_ptr<Asker> asker_;
  std::vector<std::unique_ptr<Daemon>> daemons_;
  bool healing_ = false;
  AppOutcome outcome_;
};

}  // namespace

std::string_view name(AppFault fault) {
  constexpr std::array<std::string_view, kAppFaults> kNames = {
      "owner change", "owner crash", "owner closes", "flush",           "broker crash",
      "all brokers",  "isolation",   "slow links",   "leader transfer", "quiet"};
  return kNames[static_cast<size_t>(fault)];
}

AppOutcome run_app_seed(uint64_t seed) { return AppRun(seed).run(); }

}  // namespace usher::sim

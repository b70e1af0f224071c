#include "tests/sim/log/run.h"

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "tests/sim/log/clients.h"
#include "tests/sim/log/cluster.h"
#include "tests/sim/log/history.h"

namespace usher::sim {
namespace {

constexpr Duration kSafetyPhase = 60s;
constexpr Duration kLivenessPhase = 30s;
constexpr LinkFaults kCalm = {};

class Run {
 public:
  explicit Run(uint64_t seed)
      : random_(Random(seed).stream("faults")), cluster_(random_.chance(1, 4) ? 5 : 3, seed) {
    for (int i = 0; i < 4; ++i)
      producers_.push_back(std::make_unique<Producer>(
          cluster_, history_, fmt::format("p{}", i), i < 3, random_.stream(fmt::format("p{}", i))));
    for (uint64_t i = 1; i <= 2; ++i)
      owners_.push_back(std::make_unique<Owner>(cluster_, history_, MemberId(i), epochs_,
                                                random_.stream(fmt::format("o{}", i))));
  }

  Outcome run() {
    for (auto& producer : producers_) producer->start();
    owners_[0]->claim();
    plan_fault();
    cluster_.loop().run_for(kSafetyPhase);
    heal();
    if (cluster_.violation().empty()) demand_liveness();
    if (cluster_.violation().empty()) check();
    outcome_.violation = cluster_.violation();
    outcome_.trace = cluster_.trace_hash();
    outcome_.operations = history_.operations;
    outcome_.leaders = cluster_.leader_changes();
    return outcome_;
  }

 private:
  void plan_fault() {
    cluster_.world().after(random_.between(200ms, 4s), [this] {
      if (healing_) return;
      inject(static_cast<Fault>(random_.below(kFaults)));
      plan_fault();
    });
  }

  void later(std::function<void()> act) {
    cluster_.world().after(random_.between(50ms, 4s), [this, act] {
      if (!healing_) act();
    });
  }

  void inject(Fault fault) {
    cluster_.trace(name(fault));
    ++outcome_.faults[static_cast<size_t>(fault)];
    Replica& one = cluster_.replica(random_.below(cluster_.size()));
    Replica& other = cluster_.replica(random_.below(cluster_.size()));
    switch (fault) {
      case Fault::kCrash:
        one.crash();
        return later([&one] { one.start(); });
      case Fault::kCrashAll:
        for (size_t i = 0; i < cluster_.size(); ++i) {
          cluster_.replica(i).crash();
          later([this, i] { cluster_.replica(i).start(); });
        }
        return;
      case Fault::kCut:
        cluster_.links().cut(one.id(), other.id());
        return later([this] { cluster_.links().heal(); });
      case Fault::kIsolate:
        for (size_t i = 0; i < cluster_.size(); ++i) {
          cluster_.links().cut(one.id(), cluster_.replica(i).id());
          cluster_.links().cut(cluster_.replica(i).id(), one.id());
        }
        return later([this] { cluster_.links().heal(); });
      case Fault::kLoss:
        cluster_.links().set_faults({.lost_per_mille = 50, .doubled_per_mille = 50});
        return later([this] { cluster_.links().set_faults(kCalm); });
      case Fault::kSlowLinks:
        cluster_.links().set_faults({.delay_min = 1ms, .delay_max = 150ms});
        return later([this] { cluster_.links().set_faults(kCalm); });
      case Fault::kTransfer:
        if (Replica* leader = cluster_.leader())
          static_cast<void>(leader->partition().transfer_leadership(one.id()));
        return;
      case Fault::kOwnerChange:
        return owners_[random_.below(owners_.size())]->claim();
      case Fault::kClockJump:
        if (one.is_up())
          one.scheduler().sim_clock().jump_wall(random_.between(0ms, 60s) / 1us * 1us - 30s);
        return;
    }
  }

  void heal() {
    healing_ = true;
    cluster_.links().heal();
    cluster_.links().set_faults(kCalm);
    for (size_t i = 0; i < cluster_.size(); ++i) cluster_.replica(i).start();
    for (auto& producer : producers_) producer->stop();
    owners_[0]->claim();
  }

  // A leader, every producer answered, every replica level, every input consumed.
  void demand_liveness() {
    auto alive = [this] {
      Replica* leader = cluster_.leader();
      if (!leader) return false;
      Offset end = leader->partition().tail().end();
      for (const auto& producer : producers_)
        if (!producer->idle()) return false;
      for (size_t i = 0; i < cluster_.size(); ++i)
        if (!cluster_.replica(i).is_up() || cluster_.replica(i).partition().node().commit() != end)
          return false;
      return owners_[0]->owns();
    };
    if (cluster_.loop().run_until(alive, kLivenessPhase)) return;
    std::string why = "liveness: after healing,";
    for (size_t i = 0; i < cluster_.size(); ++i) {
      Replica& replica = cluster_.replica(i);
      why += replica.is_up()
                 ? fmt::format(" replica {} commits {} of {};", i + 1,
                               replica.partition().node().commit().value(),
                               replica.partition().tail().end().value())
                 : fmt::format(" replica {} is down{};", i + 1,
                               replica.failure() ? ": " + replica.failure()->text() : "");
    }
    cluster_.violate(why);
  }

  void check() {
    for (size_t i = 0; i < cluster_.size(); ++i) {
      auto log = cluster_.read_all(i);
      if (!log) return cluster_.violate(log.error().text());
      if (std::string found = check_log(*log, history_); !found.empty())
        return cluster_.violate(fmt::format("{} (as replica {} has it)", found, i + 1));
    }
  }

  Random random_;
  Cluster cluster_;
  History history_;
  uint64_t epochs_ = 0;
  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<std::unique_ptr<Owner>> owners_;
  bool healing_ = false;
  Outcome outcome_;
};

}  // namespace

std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::kCrash:
      return "crash";
    case Fault::kCrashAll:
      return "crash of all";
    case Fault::kCut:
      return "cut link";
    case Fault::kIsolate:
      return "isolation";
    case Fault::kLoss:
      return "loss and doubling";
    case Fault::kSlowLinks:
      return "slow links";
    case Fault::kTransfer:
      return "leader transfer";
    case Fault::kOwnerChange:
      return "owner change";
    case Fault::kClockJump:
      return "clock jump";
  }
  return "?";
}

Outcome run_seed(uint64_t seed) { return Run(seed).run(); }

}  // namespace usher::sim

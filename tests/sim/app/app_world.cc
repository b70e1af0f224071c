#include "tests/sim/app/app_world.h"

#include <fmt/format.h>

#include "tests/sim/log/client.h"

namespace usher::sim {
namespace {

constexpr LinkFaults kCalm = {};

Temper three_brokers(uint64_t seed) {
  Temper temper = draw_temper(Random(seed).stream("temper"));
  temper.brokers = 3;
  return temper;
}

}  // namespace

std::string_view name(AppFault fault) {
  constexpr std::array<std::string_view, kAppFaults> kNames = {
      "owner change", "owner crash", "owner closes", "flush",           "broker crash",
      "all brokers",  "isolation",   "slow links",   "leader transfer", "quiet"};
  return kNames[static_cast<size_t>(fault)];
}

AppWorld::AppWorld(SimLoop& loop, Witness& witness, SpaceId space, uint64_t seed, AppUnderTest app)
    : random_(Random(seed).stream("app faults")),
      loop_(loop),
      witness_(witness),
      cluster_(loop_, witness_, space, three_brokers(seed), random_.stream("cluster")) {
  for (uint64_t i = 1; i <= 3; ++i)
    daemons_.push_back(std::make_unique<Daemon>(cluster_, app, MemberId(i),
                                                random_.stream(fmt::format("d{}", i))));
}

void AppWorld::run(AppClients& clients, Duration for_long, Duration timers_until) {
  begin(clients);
  loop_.run_until([this] { return witness_.saw_violation(); }, for_long);
  heal();
  if (witness_.saw_violation()) return;
  if (!loop_.run_until([&] { return is_at_rest(timers_until); }, kLivenessPhase))
    witness_.violate("liveness: after healing " + unrest());
}

void AppWorld::begin(AppClients& clients) {
  clients_ = &clients;
  for (auto& daemon : daemons_) daemon->start();
  own(*daemons_[0]);
  plan_fault();
}

uint64_t AppWorld::recoveries() const {
  uint64_t sum = 0;
  for (const auto& daemon : daemons_)
    sum += daemon->recoveries() + daemon->task()->counts().recoveries;
  return sum;
}

void AppWorld::plan_fault() {
  cluster_.world().after(random_.between(50ms, 2s), [this] {
    if (healing_) return;
    inject(static_cast<AppFault>(random_.below(kAppFaults)));
    plan_fault();
  });
}

void AppWorld::later(std::function<void()> act) {
  cluster_.world().after(random_.between(50ms, 3s), [this, act] {
    if (!healing_) act();
  });
}

void AppWorld::inject(AppFault fault) {
  witness_.trace(name(fault));
  ++faults_[static_cast<size_t>(fault)];
  Replica& one = cluster_.replica(random_.below(cluster_.size()));
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
      return isolate(one);
    case AppFault::kSlowLinks:
      cluster_.links().set_faults({.delay_min = 1ms, .delay_max = 150ms});
      return later([this] { cluster_.links().set_faults(kCalm); });
    case AppFault::kTransfer:
      if (Replica* leader = cluster_.leader())
        static_cast<void>(leader->partition().transfer_leadership(one.id()));
      return;
    case AppFault::kQuiet:
      clients_->pause();
      // Longer than a client rests between two batches.
      cluster_.world().after(random_.between(200ms, 3s), [this] {
        if (!healing_) clients_->resume();
      });
      return;
  }
}

// Mostly the leader: what it still takes will be cut off.
void AppWorld::isolate(Replica& other) {
  Replica* victim = &other;
  if (Replica* leader = cluster_.leader(); leader && random_.chance(2, 3)) victim = leader;
  for (size_t i = 0; i < cluster_.size(); ++i) {
    cluster_.links().cut(victim->id(), cluster_.replica(i).id());
    cluster_.links().cut(cluster_.replica(i).id(), victim->id());
  }
  later([this] { cluster_.links().heal(); });
}

void AppWorld::heal() {
  healing_ = true;
  cluster_.links().heal();
  cluster_.links().set_faults(kCalm);
  for (size_t i = 0; i < cluster_.size(); ++i) cluster_.replica(i).start();
  clients_->pause();
  for (auto& daemon : daemons_) daemon->start();
  own(*daemons_[0]);
}

bool AppWorld::is_at_rest(Duration timers_until) {
  Replica* leader = cluster_.leader();
  if (!leader || !daemons_[0]->owns() || !daemons_[0]->task()->is_idle()) return false;
  Offset end = leader->partition().tail().end();
  if (clients_->waiting() > 0) return false;
  for (size_t i = 0; i < cluster_.size(); ++i)
    if (!cluster_.replica(i).is_up() || cluster_.replica(i).partition().node().commit() != end)
      return false;
  processors::Task& task = *daemons_[0]->task();
  auto due = task.next_deadline();
  auto far = cluster_.world().clock().wall() +
             std::chrono::duration_cast<std::chrono::microseconds>(timers_until);
  return task.scanned() == end && (!due || *due > far);
}

// Every client answered, every replica level, every input consumed, every timer fired.
std::string AppWorld::unrest() {
  processors::Task& task = *daemons_[0]->task();
  std::string others;
  if (clients_->waiting() > 0)
    others += fmt::format("; {} clients are not answered", clients_->waiting());
  for (size_t i = 0; i < cluster_.size(); ++i) {
    Replica& replica = cluster_.replica(i);
    others += replica.is_up() ? fmt::format("; replica {} commits {} of {}", i + 1,
                                            replica.partition().node().commit().value(),
                                            replica.partition().tail().end().value())
                              : fmt::format("; replica {} is down", i + 1);
  }
  return fmt::format("the task is {}, at {} of {}, {} in flight, timer {}{}", name_of(task.phase()),
                     task.stamp().position.value(), task.scanned().value(), task.steps_in_flight(),
                     task.next_deadline() ? to_text(*task.next_deadline()) : "none", others);
}

}  // namespace usher::sim

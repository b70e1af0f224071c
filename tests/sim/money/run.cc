#include "tests/sim/money/run.h"

#include "tests/sim/app/producers.h"
#include "tests/sim/log/checks/checks.h"
#include "tests/sim/money/bank_app.h"
#include "tests/sim/money/carriers.h"
#include "tests/sim/money/checks/checks.h"
#include "tests/sim/money/teller.h"

namespace usher::sim {
namespace {

constexpr Duration kSafetyPhase = 30s;
// All its timers fire soon.
constexpr Duration kTimersUntil = 1h;

// One of the two, with all who have to do with it.
struct BankSide {
  BankSide(SimLoop& loop, Witness& witness, SpaceId space, uint64_t seed, const std::string& name)
      : world(loop, witness, space, seed, {kBankApp, bank_app()}),
        producers(world, name),
        teller(world, world.stream("teller")) {}

  void begin() {
    producers.start();
    teller.start();
    world.begin(producers);
  }

  AppWorld world;
  Producers producers;
  Teller teller;
};

class MoneyRun {
 public:
  explicit MoneyRun(uint64_t seed)
      : a_(loop_, witness_, kSourceSpace, seed, "a"),
        b_(loop_, witness_, kLinkedSpace, Random(seed).stream("the other bank").next(), "b"),
        there_(a_.world.cluster(), b_.world.cluster(), a_.world.stream("there")),
        back_(b_.world.cluster(), a_.world.cluster(), b_.world.stream("back")) {}
  ~MoneyRun() {
    for (BankSide* side : {&a_, &b_}) side->world.end_daemons();
  }
  MoneyRun(const MoneyRun&) = delete;
  MoneyRun& operator=(const MoneyRun&) = delete;

  MoneyOutcome run() {
    for (BankSide* side : {&a_, &b_}) side->begin();
    for (Carriers* carriers : {&there_, &back_}) carriers->begin();
    loop_.run_until([this] { return witness_.saw_violation(); }, kSafetyPhase);
    for (BankSide* side : {&a_, &b_}) side->world.heal();
    for (Carriers* carriers : {&there_, &back_}) carriers->heal();
    if (!witness_.saw_violation()) demand_liveness();
    if (!witness_.saw_violation()) check();
    outcome_.violation = witness_.violation();
    outcome_.trace = witness_.trace_hash();
    for (BankSide* side : {&a_, &b_}) count(*side);
    outcome_.carriers_died = there_.deaths() + back_.deaths();
    return outcome_;
  }

 private:
  void demand_liveness() {
    auto at_rest = [this] {
      return a_.world.is_at_rest(kTimersUntil) && b_.world.is_at_rest(kTimersUntil) &&
             there_.is_at_rest() && back_.is_at_rest();
    };
    if (!loop_.run_until(at_rest, kLivenessPhase))
      witness_.violate("liveness: after healing " + a_.world.unrest() + "; " + b_.world.unrest() +
                       "; " + there_.unrest() + "; " + back_.unrest());
  }

  void check() {
    const CommittedLog a = a_.world.log();
    const CommittedLog b = b_.world.log();
    check(a_, a);
    check(b_, b);
    for (const std::string& found : {money_arrives_once(a, b), money_arrives_once(b, a)})
      if (!found.empty()) witness_.violate(found);
  }

  void check(BankSide& side, const CommittedLog& whole) {
    const CommittedLog log = log_of(kBankApp, whole);
    const state::MemoryStore& store = side.world.daemons()[0]->store();
    // A dead letter holds its record's value once more.
    History history = side.world.cluster().history();
    for (auto& [producer, values] : history.by_producer)
      std::erase_if(values, [](const std::string& value) { return value.ends_with("13"); });
    const std::set<TopicId> decisions = {kSent, kAnswers, kBankDead};
    for (const std::string& found :
         {log_proves_itself(whole), acknowledged_is_there(whole, history),
          failed_is_not_there(whole, history), producers_once_in_order(whole, history),
          money_stays(log), balances_are_naive(log, store),
          check_exactly_once(
              log, {.inputs = {kOrders, kArrived}, .outputs = kAnswers, .dead_letters = kBankDead}),
          check_state_is_fold(log, *bank_app(), store), told_is_true(log, side.teller.told()),
          check_re_execution(log, bank_app(), decisions)})
      if (!found.empty()) return witness_.violate(found);
    for (const wire::Batch& batch : log) {
      for (const ReadRecord& record : records_of(batch)) outcome_.passages += record.topic == kSent;
      if (const wire::StepGuard* step = step_of(batch)) {
        ++outcome_.steps;
        outcome_.timers += step->timers_fired;
      }
    }
  }

  void count(BankSide& side) {
    outcome_.orders += side.world.cluster().history().acknowledged.size();
    outcome_.told += side.teller.told().size();
    outcome_.recoveries += side.world.recoveries();
    outcome_.leaders += side.world.cluster().leader_changes();
    for (size_t i = 0; i < kAppFaults; ++i) outcome_.faults[i] += side.world.faults()[i];
  }

  SimLoop loop_;
  Witness witness_{loop_};
  BankSide a_;
  BankSide b_;
  Carriers there_;
  Carriers back_;
  MoneyOutcome outcome_;
};

}  // namespace

MoneyOutcome run_money_seed(uint64_t seed) { return MoneyRun(seed).run(); }

}  // namespace usher::sim

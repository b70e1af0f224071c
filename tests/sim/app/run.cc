#include "tests/sim/app/run.h"

#include <fmt/format.h>

#include "tests/sim/app/asker.h"
#include "tests/sim/app/checks/committed_log.h"
#include "tests/sim/app/counting_app.h"
#include "tests/sim/app/producers.h"
#include "tests/sim/log/checks/checks.h"

namespace usher::sim {
namespace {

constexpr Duration kSafetyPhase = 30s;
// All its timers fire soon.
constexpr Duration kTimersUntil = 1h;

class AppRun {
 public:
  explicit AppRun(uint64_t seed)
      : world_(loop_, witness_, kSourceSpace, seed, {kCountingAppId, counting_app()}),
        producers_(world_, "p"),
        asker_(world_.cluster(), world_.daemons(), world_.stream("asker")) {}
  ~AppRun() { world_.end_daemons(); }
  AppRun(const AppRun&) = delete;
  AppRun& operator=(const AppRun&) = delete;

  AppOutcome run() {
    producers_.start();
    asker_.start();
    world_.run(producers_, kSafetyPhase, kTimersUntil);
    if (!world_.witness().saw_violation()) check();
    outcome_.violation = world_.witness().violation();
    outcome_.trace = world_.witness().trace_hash();
    outcome_.leaders = world_.cluster().leader_changes();
    outcome_.answers = asker_.answered();
    outcome_.answers_waited = asker_.waited();
    outcome_.recoveries = world_.recoveries();
    outcome_.faults = world_.faults();
    return outcome_;
  }

 private:
  void check() {
    const CommittedLog log = world_.log();
    for (const wire::Batch& batch : log)
      if (const wire::StepGuard* step = step_of(batch)) {
        ++outcome_.steps;
        outcome_.timers += step->timers_fired;
      }
    outcome_.inputs = world_.cluster().history().acknowledged.size();
    // A dead letter holds its record's value once more.
    History history = world_.cluster().history();
    for (auto& [producer, values] : history.by_producer)
      std::erase_if(values, [](const std::string& value) { return value.ends_with("13"); });
    const auto topology = counting_app();
    const state::MemoryStore& store = world_.daemons()[0]->store();
    const std::set<TopicId> decisions = {kCountingOutputs, kCountingWindows, kCountingDead};
    for (const std::string& found :
         {log_proves_itself(log), acknowledged_is_there(log, history),
          failed_is_not_there(log, history), producers_once_in_order(log, history),
          check_exactly_once(log, {.inputs = {kCountingInputs},
                                   .outputs = kCountingOutputs,
                                   .dead_letters = kCountingDead}),
          check_state_is_fold(log, *topology, store), check_counts(log, store),
          check_re_execution(log, topology, decisions)})
      if (!found.empty()) return world_.witness().violate(found);
  }

  SimLoop loop_;
  Witness witness_{loop_};
  AppWorld world_;
  Producers producers_;
  Asker asker_;
  AppOutcome outcome_;
};

}  // namespace

AppOutcome run_app_seed(uint64_t seed) { return AppRun(seed).run(); }

}  // namespace usher::sim

#include "tests/sim/seats/run.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/seats/sale_space.h"

namespace usher::sim {
namespace {

constexpr Duration kSafetyPhase = 30s;
// Holds end; what leaves the store does so in a day, what is forgotten in an hour.
constexpr Duration kTimersUntil = 10min;

class Buyers final : public AppClients {
 public:
  Buyers(AppWorld& world, Sightings& sightings) {
    for (int i = 0; i < 5; ++i) {
      std::string name = fmt::format("b{}", i);
      buyers_.push_back(std::make_unique<Buyer>(world.cluster(), world.daemons(), sightings, name,
                                                i != 0, world.stream(name)));
    }
  }
  void start() {
    for (auto& buyer : buyers_) buyer->start();
  }
  void pause() override {
    for (auto& buyer : buyers_) buyer->pause();
  }
  void resume() override {
    for (auto& buyer : buyers_) buyer->resume();
  }
  size_t waiting() const override {
    return static_cast<size_t>(
        std::ranges::count_if(buyers_, [](const auto& buyer) { return buyer->is_waiting(); }));
  }

 private:
  std::vector<std::unique_ptr<Buyer>> buyers_;
};

class SaleRun {
 public:
  explicit SaleRun(uint64_t seed)
      : world_(loop_, witness_, kSourceSpace, seed, {kSeatsApp, seats_topology()}),
        buyers_(world_, sightings_) {}
  ~SaleRun() { world_.end_daemons(); }
  SaleRun(const SaleRun&) = delete;
  SaleRun& operator=(const SaleRun&) = delete;

  SaleOutcome run() {
    buyers_.start();
    world_.run(buyers_, kSafetyPhase, kTimersUntil);
    if (!world_.witness().saw_violation()) check();
    outcome_.violation = world_.witness().violation();
    outcome_.trace = world_.witness().trace_hash();
    outcome_.leaders = world_.cluster().leader_changes();
    outcome_.commands = sightings_.commands;
    outcome_.told = sightings_.told.size();
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
    const state::MemoryStore& store = world_.daemons()[0]->store();
    const std::set<TopicId> decisions = {
        topic_of(seats::Topic::kSeatEvents),         topic_of(seats::Topic::kReservationRequests),
        topic_of(seats::Topic::kReservationResults), topic_of(seats::Topic::kReservationCompleted),
        topic_of(seats::Topic::kSectionStatus),      seats_topics().dead_letters};
    for (const std::string& found :
         {log_proves_itself(log), acknowledged_is_there(log, world_.cluster().history()),
          audit_agrees(log, outcome_.sums), naive_sale_agrees(log, store),
          told_is_true(log, sightings_.told), check_state_is_fold(log, *seats_topology(), store),
          check_re_execution(log, seats_topology(), decisions)})
      if (!found.empty()) return world_.witness().violate(found);
  }

  Sightings sightings_;
  SimLoop loop_;
  Witness witness_{loop_};
  AppWorld world_;
  Buyers buyers_;
  SaleOutcome outcome_;
};

}  // namespace

SaleOutcome run_sale_seed(uint64_t seed) { return SaleRun(seed).run(); }

}  // namespace usher::sim

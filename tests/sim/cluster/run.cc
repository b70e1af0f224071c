#include "tests/sim/cluster/run.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/server/system_log.h"

#include "tests/sim/cluster/checks/checks.h"
#include "tests/sim/cluster/metadata_watch.h"

namespace usher::clusters {
namespace {

// Where brokers keep dying before the cluster is founded it takes its time.
constexpr Duration kSetUpMax = 40s;
constexpr Duration kSafetyPhase = 25s;
constexpr Duration kLivenessPhase = 60s;

class Run {
 public:
  Run(uint64_t seed, bool loud)
      : random_(seed),
        temper_(draw_temper(random_.stream("temper"))),
        world_(temper_, seed),
        programs_(world_, random_.stream("programs")),
        metadata_(world_, programs_),
        faults_(world_, programs_, random_.stream("faults")) {
    if (loud) world_.witness().be_loud();
  }

  Outcome run() {
    programs_.start();
    metadata_.start();
    faults_.start();
    auto over = [this] { return world_.witness().saw_violation(); };
    auto is_set_up = [&] { return over() || programs_.admins.front()->has_set_up(); };
    static_cast<void>(world_.loop().run_until(is_set_up, kSetUpMax));
    if (!world_.loop().run_until(over, kSafetyPhase)) {
      heal();
      demand_liveness();
    }
    if (!over()) check();
    return outcome();
  }

 private:
  void heal() {
    world_.witness().trace("everything heals");
    faults_.heal();
    programs_.stop();
  }

  void demand_liveness() {
    auto over = [this] { return world_.witness().saw_violation() || why_not_at_rest().empty(); };
    if (world_.loop().run_until(over, kLivenessPhase)) return;
    world_.witness().violate("liveness: after healing, " + why_not_at_rest());
  }

  // In words what is not done yet.
  std::string why_not_at_rest() {
    for (auto& admin : programs_.admins)
      if (!admin->is_idle()) return admin->name() + " waits";
    for (auto& writer : programs_.writers)
      if (!writer->is_idle()) return writer->name() + " waits";
    std::string why = world_.why_not_level();
    if (why.empty()) why = why_not_read();
    if (why.empty()) why = why_not_owned();
    return why;
  }

  std::string why_not_read() {
    for (PartitionKey key : world_.partitions()) {
      if (key == server::kSystemKey) continue;
      Offset end = world_.end_of(key);
      for (auto& reader : programs_.readers)
        if (reader->read({key.space, key.partition}) != end)
          return fmt::format("{} has not read {}/{} to its end", reader->name(), key.space.value(),
                             key.partition.value());
    }
    return {};
  }

  // Every task has one owner, who is there and has claimed it; all was dealt with.
  std::string why_not_owned() {
    const controller::App* app = world_.newest_state()->app(kApp);
    if (!app) return "there is no app";
    for (auto& member : programs_.members) {
      if (!member->id() || !app->members.contains(*member->id()))
        return member->name() + " is no member";
      if (!member->is_settled()) return member->name() + " has steps to make";
    }
    if (app->members.size() != programs_.members.size()) return "some are members still";
    for (size_t i = 0; i < app->tasks.size(); ++i) {
      PartitionKey key{app->info.space, PartitionId(static_cast<uint32_t>(i))};
      if (std::string why = world_.why_not_owned(key, *app, last_job(key)); !why.empty())
        return why;
    }
    return {};
  }

  // The last record that the app must have read, as far as anybody was told.
  std::optional<Offset> last_job(PartitionKey key) {
    const auto& spaces = world_.newest_state()->spaces();
    const wire::TopicInfo* jobs = controller::topic_of(spaces.at(key.space), kAppTopic);
    std::optional<Offset> last;
    for (const Acknowledged& told :
         world_.histories().partitions[{key.space, key.partition}].acknowledged)
      if (jobs && told.topic == jobs->id) last = std::max(last, std::optional(told.receipt.offset));
    return last;
  }

  // --- what must hold ---

  // Reading takes its time, and readers and members go on meanwhile: what they were told until now
  // must be there.
  void check() {
    told_ = world_.histories();
    Logs logs;
    for (PartitionKey key : world_.partitions())
      for (size_t number = 1; number <= world_.size(); ++number)
        if (world_.has_replica(number, key)) logs[key] = check_replica(number, key);
    for (const Deleted& one : deletions_of(logs[server::kSystemKey]))
      for (size_t number = 1; number <= world_.size(); ++number)
        take(deleted_refuses(one, world_.append_to(number, one)));
    take(epochs_have_one_owner(logs[server::kSystemKey], logs));
    take(unaffected_keep_tasks(logs[server::kSystemKey]));
    demand_wholeness();
  }

  // Now that everything was read all damage has come to light.
  void demand_wholeness() {
    auto is_whole = [this] { return world_.why_not_ready().empty(); };
    if (!world_.loop().run_until(is_whole, kLivenessPhase))
      take("liveness: after everything was read, " + world_.why_not_ready());
  }

  // Of a log that begins later only what is left can be held against the history.
  sim::Log check_replica(size_t number, PartitionKey key) {
    sim::Log log = world_.read_all(number, key);
    Offset start = world_.start_of(number, key);
    const History& told = told_.partitions[{key.space, key.partition}];
    take(only_deleted_is_gone(start, told, world_.newest_state()->spaces()));
    const History history = told.from(start);
    if (start == Offset(0)) {
      take(sim::log_proves_itself(log));
      take(steps_continue(log));
    }
    take(receipts_hold(log, history));
    take(log_is_as_told(log, history));
    return log;
  }

  void take(std::string found) {
    if (!found.empty()) world_.witness().violate(std::move(found));
  }

  Outcome outcome() {
    Outcome outcome{.violation = world_.witness().violation(),
                    .trace = world_.witness().trace_hash(),
                    .operations = world_.histories().operations,
                    .leaders = world_.leaders(),
                    .founded_late = temper_.late > Duration::zero(),
                    .faults = faults_.counts(),
                    .changes = {}};
    for (const auto& [at, history] : world_.histories().partitions)
      outcome.acknowledged += history.acknowledged.size();
    for (auto& admin : programs_.admins) {
      outcome.changes.topics_made += admin->counts().topics_made;
      outcome.changes.topics_altered += admin->counts().topics_altered;
      outcome.changes.topics_deleted += admin->counts().topics_deleted;
      outcome.changes.spaces_made += admin->counts().spaces_made;
      outcome.changes.spaces_deleted += admin->counts().spaces_deleted;
    }
    return outcome;
  }

  Random random_;
  Temper temper_;
  World world_;
  Programs programs_;
  MetadataWatch metadata_;
  Faults faults_;
  Histories told_;
};

}  // namespace

Outcome run_seed(uint64_t seed, bool loud) { return Run(seed, loud).run(); }

}  // namespace usher::clusters

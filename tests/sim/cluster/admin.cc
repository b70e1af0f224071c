#include "tests/sim/cluster/admin.h"

#include <fmt/format.h>

#include "tests/sim/cluster/member.h"

namespace usher::clusters {
namespace {

constexpr uint64_t kTopics = 3;
constexpr Duration kPatience = 5s;

std::string path_of(std::string_view space, std::string_view topic) {
  return fmt::format("{}/{}", space, topic);
}

std::string app_topic() { return path_of(kAppSpace, kAppTopic); }

}  // namespace

Admin::Admin(World& world, std::string name, Random random)
    : world_(world), name_(std::move(name)), random_(random) {}

bool Admin::has_set_up() const { return is_there(app_topic()); }

void Admin::start() {
  if (is_up()) return;
  ++lives_;
  host_ = std::make_unique<Host>(world_, name_, random_.stream(fmt::format("life {}", lives_)));
  go_on();
}

void Admin::kill() {
  if (!asking_.empty()) give_up(std::exchange(asking_, {}));
  host_.reset();
}

void Admin::go_on() {
  host_->after(random_.between(Duration(10ms), world_.temper().change_max), [this] {
    bool is_needed = !stopped_ || (is_first_ && !has_set_up());
    if (asking_.empty() && is_needed) change_something();
    go_on();
  });
}

// --- what to do ---

void Admin::change_something() {
  if (is_first_ && !has_set_up()) return set_up();
  // Topics beside the app's, spaces of its own with topics of their own.
  if (is_first_ && random_.chance(1, 2)) return change_topic(std::string(kAppSpace));
  std::string space = name_now(name_);
  if (!is_there(space))
    return ask(wire::CreateSpaceRequest{.name = space,
                                        .partitions = static_cast<uint32_t>(random_.between(1, 2)),
                                        .replicas = 3},
               space, true, &counts_.spaces_made);
  if (random_.chance(1, 8))
    return ask(wire::DeleteSpaceRequest{.name = space}, space, false, &counts_.spaces_deleted);
  change_topic(space);
}

void Admin::set_up() {
  std::string space(kAppSpace);
  if (!is_there(space))
    return ask(
        wire::CreateSpaceRequest{
            .name = space, .partitions = world_.temper().app_partitions, .replicas = 3},
        space, true, &counts_.spaces_made);
  ask(wire::CreateTopicRequest{.space = space, .topic = std::string(kAppTopic)}, app_topic(), true,
      &counts_.topics_made);
}

void Admin::change_topic(const std::string& space) {
  std::string topic = name_now(fmt::format("t{}", random_.below(kTopics)));
  std::string what = path_of(space, topic);
  if (!is_there(what))
    return ask(wire::CreateTopicRequest{.space = space, .topic = topic}, what, true,
               &counts_.topics_made);
  if (random_.chance(1, 2))
    return ask(wire::AlterTopicRequest{.space = space,
                                       .topic = topic,
                                       .retention = wire::Retention{.age = 1h, .bytes = {}},
                                       .schema = {}},
               what, true, &counts_.topics_altered);
  ask(wire::DeleteTopicRequest{.space = space, .topic = topic}, what, false,
      &counts_.topics_deleted);
}

template <class Request>
void Admin::ask(Request request, const std::string& what, bool makes, uint64_t* count) {
  asking_ = what;
  ++world_.histories().operations;
  client::change(host_->cluster(), std::move(request), kPatience,
                 [this, what, makes, count](const Result<void>& outcome) {
                   asking_.clear();
                   told(what, makes, count, outcome);
                 });
}

void Admin::lead(client::PartitionAt at, BrokerId to) {
  client::ask_partition<wire::Done>(
      host_->cluster(), at,
      wire::LeadRequest{.space = at.space, .partition = at.partition, .broker = to}, 1s,
      [](const Result<wire::Done>&) {});
}

// --- what came of it ---

void Admin::told(const std::string& what, bool makes, uint64_t* count,
                 const Result<void>& outcome) {
  world_.witness().trace(fmt::format("{} {} {}: {}", name_, makes ? "makes" : "deletes", what,
                                     outcome ? "done" : outcome.error().text()));
  if (!outcome) return refused(what, outcome.error());
  ++*count;
  if (makes) {
    there_.insert(what);
  } else {
    // What was in a space went with it.
    std::erase_if(there_, [&](const std::string& thing) { return thing.starts_with(what); });
  }
  compare(what);
}

void Admin::give_up(const std::string& what) {
  if (!what.starts_with(kAppSpace))
    std::erase_if(there_, [&](const std::string& thing) { return thing.starts_with(what); });
  ++unknown_;
}

void Admin::refused(const std::string& what, const Error& why) {
  if (client::outcome_of(why) == client::Outcome::kUnknown) return give_up(what);
  bool is_lie = (why.code == ErrorCode::ALREADY_EXISTS && !is_there(what)) ||
                (why.code == ErrorCode::NOT_FOUND && is_there(what));
  // What is made at the beginning is asked for until it is there.
  if (is_lie && what.starts_with(kAppSpace)) {
    there_.insert(what);
  } else if (is_lie) {
    world_.witness().violate(fmt::format("admin: {} is told of {}: {}", name_, what, why.text()));
  }
}

// When a change returns, the metadata shows it.
void Admin::compare(const std::string& what) {
  if (is_shown(what) != is_there(what))
    world_.witness().violate(fmt::format("metadata: {} {} shown to {}, who was told otherwise",
                                         what, is_there(what) ? "is not" : "is", name_));
}

bool Admin::is_shown(const std::string& what) {
  size_t slash = what.find('/');
  auto space = client::find_space(*metadata(), what.substr(0, slash));
  if (!space || slash == std::string::npos) return space.has_value();
  return client::find_topic(**space, what.substr(slash + 1)).has_value();
}

}  // namespace usher::clusters

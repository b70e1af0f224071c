#include "broker/controller/cluster_state.h"

#include <algorithm>

namespace usher::controller {
namespace {

template <class Things>
auto* find_named(Things& things, std::string_view name) {
  auto found = std::ranges::find_if(
      things, [&](const auto& thing) { return thing.second.info.name == name; });
  return found == things.end() ? nullptr : &found->second;
}

}  // namespace

const wire::TopicInfo* topic_of(const Space& space, std::string_view name) {
  auto found = std::ranges::find(space.info.topics, name, &wire::TopicInfo::name);
  return found == space.info.topics.end() ? nullptr : &*found;
}

const wire::TopicInfo* topic_of(const Space& space, TopicId id) {
  auto found = std::ranges::find(space.info.topics, id, &wire::TopicInfo::id);
  return found == space.info.topics.end() ? nullptr : &*found;
}

const Space* ClusterState::space(std::string_view name) const { return find_named(spaces_, name); }
const App* ClusterState::app(std::string_view name) const { return find_named(apps_, name); }

const App* ClusterState::app_of(MemberId member) const {
  for (const auto& [id, app] : apps_)
    if (app.members.contains(member)) return &app;
  return nullptr;
}

void ClusterState::apply(const wire::ClusterRecord& record, Offset end) {
  end_ = end;
  std::visit([this](const auto& fact) { take(fact); }, record);
}

void ClusterState::take(const wire::BrokerInfo& broker) {
  auto [known, first] = brokers_.try_emplace(broker.id, broker);
  if (!first && known->second.incarnation != broker.incarnation)
    lost_.insert(known->second.incarnation);
  known->second = broker;
}

void ClusterState::take(const wire::SpaceInfo& info) {
  Space space{.info = info, .founders = {}};
  for (const wire::PartitionInfo& partition : info.partitions) {
    auto& founders = space.founders.emplace_back();
    for (BrokerId broker : partition.replicas) founders.push_back(brokers_[broker].incarnation);
  }
  next_space_ = std::max(next_space_, info.id.value() + 1);
  spaces_.emplace(info.id, std::move(space));
}

void ClusterState::take(const wire::SpaceDeleted& deleted) {
  spaces_.erase(deleted.space);
  std::erase_if(apps_, [&](const auto& app) { return app.second.info.space == deleted.space; });
}

void ClusterState::take(const wire::TopicPut& put) {
  auto at = spaces_.find(put.space);
  if (at == spaces_.end()) return;
  Space& space = at->second;
  space.next_topic = std::max(space.next_topic, put.topic.id.value() + 1);
  auto& topics = space.info.topics;
  auto same = std::ranges::find(topics, put.topic.id, &wire::TopicInfo::id);
  if (same != topics.end())
    *same = put.topic;
  else
    topics.push_back(put.topic);
}

void ClusterState::take(const wire::TopicDeleted& deleted) {
  auto at = spaces_.find(deleted.space);
  if (at == spaces_.end()) return;
  std::erase_if(at->second.info.topics,
                [&](const wire::TopicInfo& topic) { return topic.id == deleted.topic; });
}

void ClusterState::take(const wire::AppInfo& info) {
  next_app_ = std::max(next_app_, info.id.value() + 1);
  auto space = spaces_.find(info.space);
  if (space == spaces_.end()) return;
  App app{.info = info, .version = end_.value(), .members = {}, .tasks = {}};
  app.tasks.resize(space->second.info.partitions.size());
  apps_.emplace(info.id, std::move(app));
}

void ClusterState::take(const wire::MemberJoined& joined) {
  next_member_ = std::max(next_member_, joined.member.value() + 1);
  auto app = apps_.find(joined.app);
  if (app == apps_.end()) return;
  app->second.members[joined.member] = joined;
  app->second.version = end_.value();
}

void ClusterState::take(const wire::MemberLeft& left) {
  auto app = apps_.find(left.app);
  if (app == apps_.end()) return;
  app->second.members.erase(left.member);
  for (Task& task : app->second.tasks)
    if (task.owner == left.member) task.owner = MemberId(0);
  app->second.version = end_.value();
}

void ClusterState::take(const wire::TaskProposed& proposed) {
  auto app = apps_.find(proposed.app);
  if (app == apps_.end() || proposed.partition.value() >= app->second.tasks.size()) return;
  app->second.tasks[proposed.partition.value()] = {proposed.owner, proposed.epoch};
  app->second.version = end_.value();
}

}  // namespace usher::controller

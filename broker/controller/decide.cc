#include "broker/controller/decide.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/controller/placement.h"
#include "proto/base/hash.h"
#include "proto/base/limits.h"

namespace usher::controller {
namespace {

std::unexpected<Error> no_space(std::string_view name) {
  return fail(ErrorCode::NOT_FOUND, fmt::format("space '{}'", name));
}

std::vector<Host> hosts_of(const ClusterState& state) {
  std::vector<Host> hosts;
  for (const auto& [id, broker] : state.brokers()) {
    Host host{.id = id, .rack = broker.rack};
    for (const auto& [space_id, space] : state.spaces())
      for (const wire::PartitionInfo& partition : space.info.partitions) {
        host.replicas += static_cast<uint32_t>(std::ranges::count(partition.replicas, id));
        if (partition.replicas.front() == id) ++host.preferred;
      }
    hosts.push_back(std::move(host));
  }
  return hosts;
}

Result<void> check_counts(const wire::CreateSpaceRequest& request) {
  if (request.partitions == 0 || request.partitions > limits::kSpacePartitions)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} partitions: a space has 1 to {}", request.partitions,
                            limits::kSpacePartitions));
  if (request.replicas == 0 || request.replicas > limits::kReplicas)
    return fail(ErrorCode::INVALID_ARGUMENT, fmt::format("{} replicas: a partition has 1 to {}",
                                                         request.replicas, limits::kReplicas));
  return {};
}

bool has_changelog(const Space& space) {
  return std::ranges::any_of(space.info.topics, &wire::TopicInfo::changelog);
}
bool has_retention(const Space& space) {
  return std::ranges::any_of(space.info.topics, [](const wire::TopicInfo& topic) {
    return topic.retention != wire::Retention();
  });
}

// The cut is 0 where there are changelogs: nothing may be removed.
Result<void> check_retention(const Space& space, bool changelog, const wire::Retention& retention) {
  bool both = (changelog && has_retention(space)) ||
              (retention != wire::Retention() && (changelog || has_changelog(space)));
  if (!both) return {};
  return fail(ErrorCode::NOT_IN_THIS_VERSION,
              fmt::format("retention in space '{}', which carries changelogs", space.info.name));
}

}  // namespace

Result<void> check_name(std::string_view what, std::string_view name) {
  auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-").find(c) != std::string_view::npos;
  };
  if (!name.empty() && name.size() <= limits::kNameLength && std::ranges::all_of(name, is_allowed))
    return {};
  return fail(ErrorCode::INVALID_ARGUMENT,
              fmt::format("{} '{}': a name is 1 to {} of A-Z a-z 0-9 . _ : -", what, name,
                          limits::kNameLength));
}

Result<Records> decide(const ClusterState& state, const wire::CreateSpaceRequest& request) {
  TRY(check_name("space", request.name));
  TRY(check_counts(request));
  if (request.name.starts_with('_'))
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("space '{}': names with _ in front are the log's own", request.name));
  if (state.space(request.name))
    return fail(ErrorCode::ALREADY_EXISTS, fmt::format("space '{}'", request.name));
  if (state.spaces().size() >= limits::kSpaces)
    return fail(ErrorCode::TOO_LARGE, fmt::format("{} spaces, the limit", limits::kSpaces));
  TRY_ASSIGN(auto placed, place(hosts_of(state), request.partitions, request.replicas));
  wire::SpaceInfo space{.id = state.next_space(), .name = request.name};
  for (auto& replicas : placed)
    space.partitions.push_back({.replicas = std::move(replicas), .leader = {}, .term = {}});
  for (uint32_t slot = 0; slot < kSlots; ++slot)
    space.slots.emplace_back(slot % request.partitions);
  return Records{std::move(space)};
}

Result<Records> decide(const ClusterState& state, const wire::DeleteSpaceRequest& request) {
  const Space* space = state.space(request.name);
  if (!space) return no_space(request.name);
  for (const auto& [id, app] : state.apps())
    if (app.info.space == space->info.id && !app.members.empty())
      return fail(ErrorCode::APP_BUSY, fmt::format("app '{}' of the space", app.info.name));
  return Records{wire::SpaceDeleted{space->info.id}};
}

Result<Records> decide(const ClusterState& state, const wire::CreateTopicRequest& request) {
  TRY(check_name("topic", request.topic));
  const Space* space = state.space(request.space);
  if (!space) return no_space(request.space);
  if (topic_of(*space, request.topic))
    return fail(ErrorCode::ALREADY_EXISTS,
                fmt::format("topic '{}/{}'", request.space, request.topic));
  if (space->info.topics.size() >= limits::kSpaceTopics)
    return fail(ErrorCode::TOO_LARGE,
                fmt::format("{} topics in a space, the limit", limits::kSpaceTopics));
  TRY(check_retention(*space, request.changelog, request.retention));
  wire::TopicInfo topic{.id = TopicId(space->next_topic),
                        .name = request.topic,
                        .writer = request.writer,
                        .app = {},
                        .changelog = request.changelog,
                        .retention = request.retention,
                        .schema = request.schema};
  Records records;
  if (request.writer == wire::WriterKind::kApp) {
    TRY(check_name("app", request.app));
    const App* app = state.app(request.app);
    if (app && app->info.space != space->info.id)
      return fail(ErrorCode::ALREADY_EXISTS,
                  fmt::format("app '{}' is of another space", request.app));
    topic.app = app ? app->info.id : state.next_app();
    if (!app) records.push_back(wire::AppInfo{*topic.app, request.app, space->info.id});
  }
  records.push_back(wire::TopicPut{space->info.id, std::move(topic)});
  return records;
}

Result<Records> decide(const ClusterState& state, const wire::AlterTopicRequest& request) {
  const Space* space = state.space(request.space);
  if (!space) return no_space(request.space);
  const wire::TopicInfo* topic = topic_of(*space, request.topic);
  if (!topic)
    return fail(ErrorCode::NOT_FOUND, fmt::format("topic '{}/{}'", request.space, request.topic));
  wire::TopicInfo altered = *topic;
  if (request.retention) altered.retention = *request.retention;
  if (request.schema) altered.schema = *request.schema;
  TRY(check_retention(*space, false, altered.retention));
  if (altered == *topic) return Records();
  return Records{wire::TopicPut{space->info.id, std::move(altered)}};
}

Result<Records> decide(const ClusterState& state, const wire::DeleteTopicRequest& request) {
  const Space* space = state.space(request.space);
  if (!space) return no_space(request.space);
  const wire::TopicInfo* topic = topic_of(*space, request.topic);
  if (!topic)
    return fail(ErrorCode::NOT_FOUND, fmt::format("topic '{}/{}'", request.space, request.topic));
  return Records{wire::TopicDeleted{space->info.id, topic->id}};
}

Result<Records> decide(const ClusterState& state, const wire::NewEpochRequest& request) {
  const App* app = state.app(request.app);
  if (!app) return fail(ErrorCode::NOT_FOUND, fmt::format("app '{}'", request.app));
  if (!app->members.empty())
    return fail(ErrorCode::APP_BUSY,
                fmt::format("app '{}' has {} members", request.app, app->members.size()));
  if (request.partition.value() >= app->tasks.size())
    return fail(ErrorCode::NOT_FOUND,
                fmt::format("partition {} of app '{}'", request.partition.value(), request.app));
  Epoch epoch = app->tasks[request.partition.value()].epoch.next();
  return Records{wire::TaskProposed{app->info.id, request.partition, MemberId(0), epoch}};
}

Result<Records> decide(const ClusterState& state, const wire::BrokerInfo& broker) {
  auto known = state.brokers().find(broker.id);
  if (known != state.brokers().end() && known->second == broker) return Records();
  if (state.is_lost(broker.incarnation))
    return fail(ErrorCode::CLUSTER_MISMATCH,
                fmt::format("broker {} came back with a data directory that counts as lost",
                            broker.id.value()));
  return Records{broker};
}

}  // namespace usher::controller

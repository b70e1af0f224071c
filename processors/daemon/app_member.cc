#include "processors/daemon/app_member.h"

#include <algorithm>

#include "processors/daemon/link_runner.h"
#include "processors/daemon/space_info.h"
#include "processors/daemon/task_health.h"
#include "processors/daemon/task_runner.h"
#include "proto/base/check.h"

namespace usher::processors {
namespace {

// How far the state reaches is told to the controller this often: it says who is warm.
constexpr Duration kTellReach = 1s;

}  // namespace

AppMember::AppMember(MemberSeams seams, MemberOptions options)
    : seams_(std::move(seams)), options_(std::move(options)) {
  have_topics();
}

// --- until it has joined ---

void AppMember::have_topics() {
  auto have = [this](Result<client::MetadataPtr> metadata) {
    if (!metadata) return not_yet(metadata.error());
    options_.app.link ? have_link_topics() : begin(**metadata);
  };
  client::have_space(seams_.cluster, options_.app.space, limits::kRequestTimeout,
                     life_.wrap(std::move(have)));
}

void AppMember::have_link_topics() {
  auto have = [this](Result<client::MetadataPtr> metadata) {
    metadata ? begin(**metadata) : not_yet(metadata.error());
  };
  client::have_space(seams_.cluster, options_.app.link->to, limits::kRequestTimeout,
                     life_.wrap(std::move(have)));
}

void AppMember::not_yet(const Error& why) {
  trouble_ = why;
  seams_.log.warn("the app's topics are not there yet", {{"app", app()}, {"why", why.text()}});
  seams_.cluster.scheduler().after(limits::kRetryDelayMax, life_.wrap([this] { have_topics(); }));
}

void AppMember::begin(const wire::Metadata& metadata) {
  auto space = client::find_space(metadata, options_.app.space.name);
  CHECK(space.has_value(), "have_space() says that it is there");
  auto hosted =
      options_.app.link ? hosted_link(metadata, **space) : hosted_tasks(metadata, **space);
  if (!hosted) {
    trouble_ = hosted.error();
    seams_.log.error("the app cannot run over its space",
                     {{"app", app()}, {"why", trouble_->text()}});
    return;
  }
  trouble_.reset();
  uint32_t version = hosted->topology ? hosted->topology->version() : 1;
  host(std::move(*hosted));
  join((*space)->id, version);
}

Result<HostedApp> AppMember::hosted_tasks(const wire::Metadata& metadata,
                                          const wire::SpaceInfo& space) const {
  TRY_ASSIGN(auto topology, options_.app.topology(space_info_of(space, metadata.apps)));
  OpenStore open = [this, id = space.id](PartitionId partition) {
    return open_store(id, partition);
  };
  auto make = [topology, open](const RunnerSeams& seams, client::PartitionAt at) {
    return std::make_unique<TaskPlace>(seams, topology, at, open);
  };
  return HostedApp{.name = app(),
                   .space = space.id,
                   .make_place = std::move(make),
                   .topology = topology,
                   .report = {}};
}

Result<HostedApp> AppMember::hosted_link(const wire::Metadata& metadata,
                                         const wire::SpaceInfo& space) const {
  const LinkToRun& link = *options_.app.link;
  TRY_ASSIGN(const wire::TopicInfo* from, client::find_topic(space, link.from_topic));
  TRY_ASSIGN(const wire::SpaceInfo* to_space, client::find_space(metadata, link.to.name));
  TRY_ASSIGN(const wire::TopicInfo* to, client::find_topic(*to_space, link.to_topic));
  auto shape = std::make_shared<const LinkShape>(LinkShape{.name = app(),
                                                           .from = from->id,
                                                           .from_topic = link.from_topic,
                                                           .to_space = link.to.name,
                                                           .to_topic = link.to_topic,
                                                           .key_of = link.key_of});
  auto end = std::make_shared<const LinkEnd>(LinkEnd{.space = *to_space, .topic = to->id});
  auto make = [shape, end](const RunnerSeams& seams, client::PartitionAt at) {
    return std::make_unique<LinkPlace>(seams, shape, end, at);
  };
  return HostedApp{.name = app(),
                   .space = space.id,
                   .make_place = std::move(make),
                   .topology = {},
                   .report = {}};
}

void AppMember::host(HostedApp hosted) {
  hosted.report =
      [home = &seams_.cluster.scheduler(), taken = life_.wrap([this](const TaskStatus& status) {
        take(status);
      })](const TaskStatus& status) { home->post([taken, status]() mutable { taken(status); }); };
  for (auto& worker : seams_.workers) worker->post([hosted](Worker& there) { there.host(hosted); });
}

// On a worker's thread.
Result<std::unique_ptr<state::CommittedStore>> AppMember::open_store(SpaceId space,
                                                                     PartitionId partition) const {
  TRY_ASSIGN(std::string path, seams_.directory.task(app(), space, partition));
  TRY_ASSIGN(auto store, state::RocksdbStore::open(path, seams_.budget));
  return store;
}

// What cannot be opened is refused when its task is wanted.
std::vector<wire::JoinRequest::Warm> AppMember::warm(SpaceId space) const {
  std::vector<wire::JoinRequest::Warm> warm;
  for (PartitionId partition : seams_.directory.tasks(app(), space)) {
    auto path = seams_.directory.task(app(), space, partition);
    if (!path) continue;
    if (auto stamp = state::RocksdbStore::stamp_in(*path); stamp)
      warm.push_back({.partition = partition, .applied = stamp->applied});
  }
  return warm;
}

void AppMember::join(SpaceId space, uint32_t version) {
  membership_.emplace(seams_.cluster,
                      wire::JoinRequest{.app = app(),
                                        .space = space,
                                        .endpoint = options_.answers_at.text(),
                                        .app_version = version,
                                        .tasks_max = options_.tasks_max,
                                        .warm = warm(space)},
                      static_cast<client::MembershipHandler&>(*this));
}

// --- what the controller says ---

void AppMember::on_joined(MemberId member, AppId id) {
  seams_.log.info("joined", {{"app", app()}, {"member", member.value()}});
  identity_ = Identity{.app = id, .member = member};
  trouble_.reset();
  told_.clear();
  tell_held();
}

void AppMember::on_lost(const Error& why) {
  seams_.log.warn("not a member; joining again", {{"app", app()}, {"why", why.text()}});
  trouble_ = why;
  is_assigned_ = false;
}

void AppMember::on_assignment(const wire::Assignment& assignment) {
  if (draining_) return;
  is_assigned_ = true;
  std::map<PartitionId, wire::TaskProposal> wanted;
  for (const wire::TaskProposal& task : assignment.tasks) wanted[task.partition] = task;
  auto before = std::exchange(wanted_, wanted);
  for (const auto& [partition, task] : before)
    if (!wanted.contains(partition)) want(partition, std::nullopt);
  for (const auto& [partition, task] : wanted) want(partition, task);
}

void AppMember::want(PartitionId partition, std::optional<wire::TaskProposal> proposal) {
  worker_of(partition).post(
      [app = app(), identity = *identity_, partition, proposal](Worker& worker) {
        worker.assign(app, identity, partition, proposal);
      });
}

// --- what its tasks say ---

void AppMember::take(const TaskStatus& status) {
  if (status.phase || status.failure) {
    statuses_[status.partition] = status;
  } else {
    statuses_.erase(status.partition);
    closing_.erase(status.partition);
  }
  tell_held();
  end_if_drained();
}

void AppMember::tell_held() {
  if (!membership_) return;
  std::vector<wire::MemberHeartbeat::Task> held;
  for (const auto& [partition, status] : statuses_)
    if (status.is_live())
      held.push_back({.partition = partition,
                      .role = status.role,
                      .epoch = status.epoch,
                      .applied = status.applied});
  auto same_task = [](const auto& a, const auto& b) {
    return a.partition == b.partition && a.role == b.role && a.epoch == b.epoch;
  };
  bool same = std::ranges::equal(held, told_, same_task);
  MonotonicTime now = seams_.cluster.now();
  if (same && (held == told_ || now < told_at_ + kTellReach)) return;
  told_ = held;
  told_at_ = now;
  membership_->hold(std::move(held));
}

bool AppMember::owns(PartitionId partition) const {
  auto status = statuses_.find(partition);
  return status != statuses_.end() && status->second.is_owned();
}

service::Health AppMember::ready() const {
  if (trouble_) return {.ok = false, .detail = trouble_->text()};
  if (!is_assigned_) return {.ok = false, .detail = "joining"};
  return health_of(wanted_, statuses_);
}

// --- the end ---

void AppMember::drain(Callback done) {
  draining_ = true;
  drained_ = std::move(done);
  for (const auto& [partition, task] : wanted_) closing_.insert(partition);
  for (const auto& [partition, status] : statuses_) closing_.insert(partition);
  wanted_.clear();
  for (PartitionId partition : closing_) want(partition, std::nullopt);
  end_if_drained();
}

// Its tasks are closed: others may begin with them, and this one has nothing more to say.
void AppMember::end_if_drained() {
  if (!drained_ || !closing_.empty()) return;
  Callback done = std::exchange(drained_, nullptr);
  if (!membership_) return done();
  membership_->leave(std::move(done));
}

}  // namespace usher::processors

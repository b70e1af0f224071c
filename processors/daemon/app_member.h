// A daemon as one member of one app: sees to it that the app's topics are there, joins, has the
// workers hold the tasks that the controller wants it to hold, and tells the controller which it
// holds. Lives on one Scheduler, and not on the workers'.
//
//     topics ─→ topology ─→ workers host the app ─→ Membership ⇄ controller
//                                                       │ assignment ─→ wanted ─→ workers
//                                     heartbeat: held ←─┴── statuses ←─────────────┘
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "client/membership.h"
#include "processors/daemon/apps.h"
#include "processors/daemon/worker_port.h"
#include "processors/state/rocksdb_store.h"
#include "processors/state/state_directory.h"
#include "proto/service/admin_answer.h"

namespace usher::processors {

using WorkerPorts = std::vector<std::unique_ptr<WorkerPort>>;

struct MemberSeams {
  client::Cluster& cluster;
  WorkerPorts& workers;
  state::StateDirectory& directory;
  state::RocksdbBudget& budget;
  Log log;
};

struct MemberOptions {
  App app;
  net::Endpoint answers_at;
  uint32_t tasks_max = 0;
};

class AppMember final : private client::MembershipHandler {
 public:
  // The seams outlive it; the workers' threads have ended when it does.
  AppMember(MemberSeams seams, MemberOptions options);

  const std::string& app() const { return options_.app.name; }
  // All tasks that it should own are at work; names those that are not.
  service::Health ready() const;
  // By what its tasks said last.
  bool owns(PartitionId partition) const;
  WorkerPort& worker_of(PartitionId partition) {
    return *seams_.workers[partition.value() % seams_.workers.size()];
  }

  // Closes its tasks in order, then leaves.
  void drain(Callback done);

 private:
  void have_topics();
  void have_link_topics();
  void begin(const wire::Metadata& metadata);
  Result<HostedApp> hosted_tasks(const wire::Metadata& metadata,
                                 const wire::SpaceInfo& space) const;
  Result<HostedApp> hosted_link(const wire::Metadata& metadata, const wire::SpaceInfo& space) const;
  void host(HostedApp hosted);
  void join(SpaceId space, uint32_t version);
  void not_yet(const Error& why);
  Result<std::unique_ptr<state::CommittedStore>> open_store(SpaceId space,
                                                            PartitionId partition) const;
  std::vector<wire::JoinRequest::Warm> warm(SpaceId space) const;

  void on_joined(MemberId member, AppId app) override;
  void on_assignment(const wire::Assignment& assignment) override;
  void on_lost(const Error& why) override;

  void want(PartitionId partition, std::optional<wire::TaskProposal> proposal);
  void take(const TaskStatus& status);
  void tell_held();
  void end_if_drained();

  MemberSeams seams_;
  MemberOptions options_;
  std::optional<client::Membership> membership_;
  std::optional<Error> trouble_;  // why it has not joined
  std::optional<Identity> identity_;
  bool is_assigned_ = false;
  std::map<PartitionId, wire::TaskProposal> wanted_;
  std::map<PartitionId, TaskStatus> statuses_;
  std::vector<wire::MemberHeartbeat::Task> told_;
  MonotonicTime told_at_;
  bool draining_ = false;
  std::set<PartitionId> closing_;  // while draining
  Callback drained_;
  Lifeline life_;
};

}  // namespace usher::processors

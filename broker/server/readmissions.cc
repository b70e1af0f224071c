#include "broker/server/readmissions.h"

#include "broker/server/system_log.h"

namespace usher::server {
namespace {

std::string_view name(raft::MembershipChange::Kind kind) {
  switch (kind) {
    case raft::MembershipChange::Kind::kAddLearner:
      return "its new disk catches up";
    case raft::MembershipChange::Kind::kRemove:
      return "its lost disk goes";
    case raft::MembershipChange::Kind::kPromote:
      return "its new disk counts";
  }
  return "";
}

}  // namespace

partition::Incarnations incarnations_of(const raft::Membership& members, BrokerId broker,
                                        wire::Incarnation now) {
  partition::Incarnations all{.now = replica_of(now), .before = {}};
  for (const auto* ids : {&members.voters, &members.learners})
    for (raft::ReplicaId id : *ids)
      if (broker_of(id) == broker && id != all.now) all.before.push_back(id);
  return all;
}

Readmissions::Readmissions(Scheduler& scheduler, Replicas& replicas,
                           const controller::ClusterState& state, const Identity& identity,
                           Present present, Log log)
    : scheduler_(scheduler),
      replicas_(replicas),
      state_(state),
      identity_(identity),
      present_(std::move(present)),
      log_(std::move(log)) {}

Readmissions::~Readmissions() {
  if (timer_) scheduler_.cancel(*timer_);
}

void Readmissions::start() {
  timer_ = scheduler_.after(limits::kReadmitInterval, [this] {
    look();
    start();
  });
}

std::vector<BrokerId> Readmissions::hosts_of(journal::PartitionKey key) const {
  if (key == kSystemKey) {
    std::vector<BrokerId> brokers;
    for (const wire::Founder& founder : identity_.plan.founders)
      if (brokers.size() < limits::kSystemReplicas) brokers.push_back(founder.broker);
    return brokers;
  }
  auto space = state_.spaces().find(key.space);
  if (space == state_.spaces().end()) return {};
  return space->second.info.partitions.at(key.partition.value()).replicas;
}

void Readmissions::look() {
  replicas_.each([this](journal::PartitionKey key, partition::Partition& partition) {
    if (partition.node().standing().role != raft::Role::kLeader) return;
    for (BrokerId broker : hosts_of(key)) look_at(key, partition, broker);
  });
}

void Readmissions::look_at(journal::PartitionKey key, partition::Partition& partition,
                           BrokerId broker) {
  auto now = present_(broker);
  if (!now) return;
  const raft::Node& node = partition.node();
  const raft::Membership& members = node.memberships().in_force();
  auto change = partition::next_change(members, incarnations_of(members, broker, *now),
                                       [&](raft::ReplicaId id) { return node.is_level(id); });
  // Busy with another change, or a new leader: it is looked at again.
  if (!change || !partition.change_membership(*change)) return;
  log_.info("a broker whose disk was lost is readmitted", {{"broker", broker.value()},
                                                           {"space", key.space.value()},
                                                           {"partition", key.partition.value()},
                                                           {"step", name(change->kind)}});
}

}  // namespace usher::server

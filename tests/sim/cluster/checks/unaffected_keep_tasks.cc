#include <algorithm>

#include <fmt/format.h>

#include "proto/wire/protocol/cluster_record.h"

#include "tests/sim/cluster/checks/checks.h"

namespace usher::clusters {
namespace {

// An app as its members and its tasks stand by the decisions so far.
class AppSoFar {
 public:
  void take(const wire::MemberJoined& joined) {
    begin_changes();
    members_.insert(joined.member);
    members_most_ = std::max(members_most_, members_.size());
  }

  void take(const wire::MemberLeft& left) {
    begin_changes();
    members_.erase(left.member);
    std::erase_if(owners_, [&](const auto& task) { return task.second == left.member; });
  }

  std::string take(const wire::TaskProposed& proposed) {
    tasks_.insert(proposed.partition);
    is_decided_ = true;
    auto before = owners_.find(proposed.partition);
    MemberId loser = before == owners_.end() ? MemberId(0) : before->second;
    owners_[proposed.partition] = proposed.owner;
    if (loser == MemberId(0) || loser == proposed.owner) return {};
    size_t share = tasks_.size() / std::max<size_t>(members_most_, 1);
    auto left = std::ranges::count(owners_, loser, [](const auto& task) { return task.second; });
    if (static_cast<size_t>(left) >= share) return {};
    return fmt::format("unaffected: member {} lives, and loses task {}: of {} it has {}",
                       loser.value(), proposed.partition.value(), tasks_.size(), left);
  }

 private:
  // A proposal may have been planned for whoever was there before the last came and went.
  void begin_changes() {
    if (std::exchange(is_decided_, false)) members_most_ = members_.size();
  }

  std::set<MemberId> members_;
  std::set<PartitionId> tasks_;
  std::map<PartitionId, MemberId> owners_;
  size_t members_most_ = 0;
  bool is_decided_ = false;
};

}  // namespace

std::string unaffected_keep_tasks(const sim::Log& system) {
  std::map<AppId, AppSoFar> apps;
  for (const wire::ClusterRecord& decision : decisions_of(system)) {
    if (const auto* joined = std::get_if<wire::MemberJoined>(&decision)) {
      apps[joined->app].take(*joined);
    } else if (const auto* left = std::get_if<wire::MemberLeft>(&decision)) {
      apps[left->app].take(*left);
    } else if (const auto* proposed = std::get_if<wire::TaskProposed>(&decision)) {
      std::string wrong = apps[proposed->app].take(*proposed);
      if (!wrong.empty()) return wrong;
    }
  }
  return {};
}

}  // namespace usher::clusters

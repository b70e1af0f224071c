// The cluster as its log decided it: brokers, spaces, topics, apps, members, proposed owners. A
// fold over the records of `_system`: every broker that applies the same log arrives at the same
// state. It decides nothing (decide.h does) and asks nobody the time.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "proto/wire/protocol/cluster_record.h"

namespace usher::controller {

// Space and topic of the controller's own partition, number 0.
constexpr SpaceId kSystemSpace{0};
constexpr PartitionId kSystemPartition{0};
constexpr TopicId kClusterTopic{16};

struct Task {
  MemberId owner = {};  // proposed; none: nobody
  Epoch epoch = {};     // the last one given; 0: none yet
  friend bool operator==(const Task&, const Task&) = default;
};

struct App {
  wire::AppInfo info = {};
  uint64_t version = 0;  // where the log last changed members or tasks
  std::map<MemberId, wire::MemberJoined> members = {};
  std::vector<Task> tasks = {};  // by partition
};

struct Space {
  wire::SpaceInfo info = {};  // without what changes by itself: leaders, terms
  // By partition: the data directories of its replicas as the space was made. Who is a member since
  // then stands in the partition's own log.
  std::vector<std::vector<wire::Incarnation>> founders = {};
  uint32_t next_topic = 16;
};

class ClusterState {
 public:
  // The next record; it stands before `end`.
  void apply(const wire::ClusterRecord& record, Offset end);
  // Everything before it was applied.
  void reached(Offset end) { end_ = end; }

  Offset end() const { return end_; }
  const std::map<BrokerId, wire::BrokerInfo>& brokers() const { return brokers_; }
  // Another data directory of the same broker came after it: its disk counts as lost for ever.
  bool is_lost(wire::Incarnation incarnation) const { return lost_.contains(incarnation); }
  const std::map<SpaceId, Space>& spaces() const { return spaces_; }
  // Not merely unknown as yet: it will never be there again.
  bool was_deleted(SpaceId space) const {
    return space < next_space() && space != kSystemSpace && !spaces_.contains(space);
  }
  const std::map<AppId, App>& apps() const { return apps_; }
  const Space* space(std::string_view name) const;
  const App* app(std::string_view name) const;
  const App* app_of(MemberId member) const;
  // Ids are never used again, whatever was deleted.
  SpaceId next_space() const { return SpaceId(next_space_); }
  AppId next_app() const { return AppId(next_app_); }
  MemberId next_member() const { return MemberId(next_member_); }

 private:
  void take(const wire::BrokerInfo& broker);
  void take(const wire::SpaceInfo& space);
  void take(const wire::SpaceDeleted& deleted);
  void take(const wire::TopicPut& put);
  void take(const wire::TopicDeleted& deleted);
  void take(const wire::AppInfo& app);
  void take(const wire::MemberJoined& joined);
  void take(const wire::MemberLeft& left);
  void take(const wire::TaskProposed& proposed);

  Offset end_;
  std::map<BrokerId, wire::BrokerInfo> brokers_;
  std::set<wire::Incarnation> lost_;
  std::map<SpaceId, Space> spaces_;
  std::map<AppId, App> apps_;
  uint32_t next_space_ = 1;
  uint32_t next_app_ = 1;
  uint64_t next_member_ = 1;
};

const wire::TopicInfo* topic_of(const Space& space, std::string_view name);
const wire::TopicInfo* topic_of(const Space& space, TopicId id);

}  // namespace usher::controller

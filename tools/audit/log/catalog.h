// What the cluster says of its spaces, topics and apps: the names behind the ids in the log.
// Offline it is folded from `_system`, over the network it is the metadata.
#pragma once

#include <map>
#include <string_view>

#include "proto/wire/protocol/cluster_record.h"
#include "proto/wire/protocol/metadata.h"
#include "tools/audit/log/opened_batch.h"

namespace usher::audit {

// Where the controller's records stand.
constexpr PartitionKey kSystemLog{SpaceId(0), PartitionId(0)};
constexpr TopicId kClusterTopic{16};

class Catalog {
 public:
  Catalog() = default;
  explicit Catalog(const wire::Metadata& metadata);

  // A batch of `_system`. RECORD_MALFORMED and such: a record that cannot be read.
  Result<void> apply(const OpenedBatch& batch);

  const std::map<SpaceId, wire::SpaceInfo>& spaces() const { return spaces_; }
  const wire::SpaceInfo* space(SpaceId id) const;
  const wire::SpaceInfo* space(std::string_view name) const;
  // "events", or "space 7" where it is not known.
  std::string name_of(SpaceId id) const;
  const wire::TopicInfo* topic(SpaceId space, TopicId topic) const;
  const wire::TopicInfo* topic(SpaceId space, std::string_view name) const;
  const wire::AppInfo* app(AppId id) const;
  const wire::AppInfo* app(SpaceId space, std::string_view name) const;

 private:
  void apply(const wire::ClusterRecord& record);

  std::map<SpaceId, wire::SpaceInfo> spaces_;
  std::map<AppId, wire::AppInfo> apps_;
};

}  // namespace usher::audit

// What a client knows of the cluster, and whom to ask about a partition: the newest metadata, and
// what answers have taught since (who leads, who surely does not). No network: the Cluster feeds
// it.
//
//     metadata ──→ ┐                        ┌─→ key → slot → partition
//     NOT_LEADER ─→│ leader of a partition  ├─→ whom to ask next: the leader, or, while none is
//     no answer ──→┘                        └   known, one replica after the other
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::client {

using MetadataPtr = std::shared_ptr<const wire::Metadata>;

struct PartitionAt {
  SpaceId space;
  PartitionId partition;
  friend auto operator<=>(const PartitionAt&, const PartitionAt&) = default;
};

// NOT_FOUND names what is missing; nothing is ever made by asking for it.
Result<const wire::SpaceInfo*> find_space(const wire::Metadata& metadata, std::string_view name);
Result<const wire::TopicInfo*> find_topic(const wire::SpaceInfo& space, std::string_view name);
Result<const wire::AppInfo*> find_app(const wire::Metadata& metadata, std::string_view name);
const wire::SpaceInfo* space_of(const wire::Metadata& metadata, SpaceId id);
const wire::BrokerInfo* broker_of(const wire::Metadata& metadata, BrokerId id);

// Where a key's records are, by the space's slots.
PartitionId partition_of_key(const wire::SpaceInfo& space, Bytes key);

class Routes {
 public:
  // Older than what is known (another broker's copy): only its leaders of newer terms are taken.
  void take(wire::Metadata metadata);
  // None before the first.
  const MetadataPtr& metadata() const { return metadata_; }

  // Nothing where the partition is not known.
  std::optional<BrokerId> whom(PartitionAt at) const;
  std::optional<BrokerId> leader(PartitionAt at) const;

  // A broker named the leader in its refusal.
  void learn(PartitionAt at, BrokerId leader);
  // The one asked did not lead it, or did not answer: another is asked next.
  void miss(PartitionAt at, BrokerId asked);
  // The same for all that it led: its connection ended.
  void miss_all(BrokerId broker);

 private:
  struct Known {
    std::vector<BrokerId> replicas;
    std::optional<BrokerId> leader;
    Term term;                // of the metadata that named a leader last
    size_t next_replica = 0;  // whom to ask while no leader is known
  };
  void take_partition(PartitionAt at, const wire::PartitionInfo& info, bool is_newer);

  MetadataPtr metadata_;
  std::map<PartitionAt, Known> known_;
};

}  // namespace usher::client

#include "client/routes.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/hash.h"
#include "proto/base/planted.h"
#include "proto/base/quote.h"

namespace usher::client {
namespace {

template <class Infos>
auto by_name(const Infos& infos, std::string_view name) {
  return std::ranges::find(infos, name,
                           [](const auto& info) { return std::string_view(info.name); });
}

}  // namespace

Result<const wire::SpaceInfo*> find_space(const wire::Metadata& metadata, std::string_view name) {
  auto found = by_name(metadata.spaces, name);
  if (found != metadata.spaces.end()) return &*found;
  return fail(ErrorCode::NOT_FOUND, fmt::format("there is no space {}", quote(name)));
}

Result<const wire::TopicInfo*> find_topic(const wire::SpaceInfo& space, std::string_view name) {
  auto found = by_name(space.topics, name);
  if (found != space.topics.end()) return &*found;
  return fail(ErrorCode::NOT_FOUND,
              fmt::format("there is no topic {} in space {}", quote(name), space.name));
}

Result<const wire::AppInfo*> find_app(const wire::Metadata& metadata, std::string_view name) {
  auto found = by_name(metadata.apps, name);
  if (found != metadata.apps.end()) return &*found;
  return fail(ErrorCode::NOT_FOUND, fmt::format("there is no app {}", quote(name)));
}

const wire::SpaceInfo* space_of(const wire::Metadata& metadata, SpaceId id) {
  auto found = std::ranges::find(metadata.spaces, id, &wire::SpaceInfo::id);
  return found == metadata.spaces.end() ? nullptr : &*found;
}

const wire::BrokerInfo* broker_of(const wire::Metadata& metadata, BrokerId id) {
  auto found = std::ranges::find(metadata.brokers, id, &wire::BrokerInfo::id);
  return found == metadata.brokers.end() ? nullptr : &*found;
}

PartitionId partition_of_key(const wire::SpaceInfo& space, Bytes key) {
  size_t slot = slot_of_key(key).value();
  CHECK(slot < space.slots.size(), "metadata has every slot");
  return space.slots[slot];
}

void Routes::take(wire::Metadata metadata) {
  bool is_newer = !metadata_ || metadata.version >= metadata_->version ||
                  metadata.cluster != metadata_->cluster || planted(Bug::kStaleMetadata);
  for (const wire::SpaceInfo& space : metadata.spaces)
    for (uint32_t i = 0; i < space.partitions.size(); ++i)
      take_partition({space.id, PartitionId(i)}, space.partitions[i], is_newer);
  if (!is_newer) return;
  std::erase_if(known_, [&](const auto& entry) { return !space_of(metadata, entry.first.space); });
  metadata_ = std::make_shared<const wire::Metadata>(std::move(metadata));
}

void Routes::take_partition(PartitionAt at, const wire::PartitionInfo& info, bool is_newer) {
  if (!is_newer && !known_.contains(at)) return;
  bool is_first = !known_.contains(at);
  Known& known = known_[at];
  if (is_newer) known.replicas = info.replicas;
  // In a term there is one leader: who was asked in vain in it is not asked again for its sake.
  if (info.leader && (is_first || info.term > known.term)) {
    known.leader = info.leader;
    known.term = info.term;
  }
}

std::optional<BrokerId> Routes::leader(PartitionAt at) const {
  auto found = known_.find(at);
  return found == known_.end() ? std::nullopt : found->second.leader;
}

std::optional<BrokerId> Routes::whom(PartitionAt at) const {
  auto found = known_.find(at);
  if (found == known_.end()) return std::nullopt;
  const Known& known = found->second;
  if (known.leader) return known.leader;
  if (known.replicas.empty()) return std::nullopt;
  return known.replicas[known.next_replica % known.replicas.size()];
}

void Routes::learn(PartitionAt at, BrokerId leader) {
  auto found = known_.find(at);
  if (found != known_.end()) found->second.leader = leader;
}

void Routes::miss(PartitionAt at, BrokerId asked) {
  auto found = known_.find(at);
  if (found == known_.end()) return;
  Known& known = found->second;
  // A late answer of one that was asked before says nothing of the one that is asked now.
  if (whom(at) != asked) return;
  known.leader.reset();
  auto replica = std::ranges::find(known.replicas, asked);
  if (replica != known.replicas.end())
    known.next_replica = static_cast<size_t>(replica - known.replicas.begin()) + 1;
}

void Routes::miss_all(BrokerId broker) {
  for (const auto& [at, known] : known_)
    if (whom(at) == broker) miss(at, broker);
}

}  // namespace usher::client

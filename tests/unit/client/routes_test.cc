#include "client/routes.h"

#include "tests/doctest.h"
#include "tests/unit/client/metadata_of.h"

namespace usher::client {
namespace {

const PartitionAt kRouted{SpaceId(7), PartitionId(0)};

TEST_CASE("a key's partition follows from its slot alone") {
  wire::Metadata metadata = metadata_of(20);
  const wire::SpaceInfo& space = metadata.spaces[0];
  for (std::string key : {"", "a", "event-17", "🎟"}) {
    Slot slot = slot_of_key(as_bytes(key));
    EXPECT(partition_of_key(space, as_bytes(key)) == PartitionId(slot.value() % 20));
  }
}

TEST_CASE("what is not there is named, and never made") {
  wire::Metadata metadata = metadata_of(1);
  EXPECT(find_space(metadata, "evnts").error().detail == "there is no space \"evnts\"");
  auto missing = find_topic(metadata.spaces[0], "x");
  EXPECT(missing.error().code == ErrorCode::NOT_FOUND);
  EXPECT(missing.error().detail == "there is no topic \"x\" in space events");
  EXPECT((*find_topic(metadata.spaces[0], "seats"))->id == TopicId(20));
}

TEST_CASE("the leader is asked; one that misses makes place for the replicas in turn") {
  Routes routes;
  EXPECT(routes.whom(kRouted) == std::nullopt);
  routes.take(metadata_of(1));
  EXPECT(routes.whom(kRouted) == BrokerId(1));
  routes.miss(kRouted, BrokerId(1));
  EXPECT(routes.whom(kRouted) == BrokerId(2));
  routes.miss(kRouted, BrokerId(1));  // a late answer changes nothing
  EXPECT(routes.whom(kRouted) == BrokerId(2));
  routes.miss(kRouted, BrokerId(2));
  EXPECT(routes.whom(kRouted) == BrokerId(3));
  routes.miss(kRouted, BrokerId(3));
  EXPECT(routes.whom(kRouted) == BrokerId(1));
  routes.learn(kRouted, BrokerId(3));
  EXPECT(routes.whom(kRouted) == BrokerId(3));
  EXPECT(routes.leader(kRouted) == BrokerId(3));
}

TEST_CASE("metadata of the same term does not bring back a leader that was missed") {
  Routes routes;
  routes.take(metadata_of(1));
  routes.miss(kRouted, BrokerId(1));
  routes.take(metadata_of(1));
  EXPECT(routes.leader(kRouted) == std::nullopt);
  wire::Metadata next = metadata_of(1);
  next.spaces[0].partitions[0] = {{BrokerId(1), BrokerId(2), BrokerId(3)}, BrokerId(2), Term(2)};
  routes.take(next);
  EXPECT(routes.leader(kRouted) == BrokerId(2));
}

TEST_CASE("an older copy brings leaders of newer terms, and nothing else") {
  Routes routes;
  routes.take(metadata_of(1, 9));
  wire::Metadata old = metadata_of(2, 4);
  for (auto& partition : old.spaces[0].partitions) {
    partition.leader = BrokerId(3);
    partition.term = Term(5);
  }
  routes.take(old);
  EXPECT(routes.metadata()->version == 9);
  EXPECT(routes.leader(kRouted) == BrokerId(3));
  EXPECT(routes.whom({SpaceId(7), PartitionId(1)}) == std::nullopt);
}

TEST_CASE("a broker whose connection ended is not asked for any of its partitions") {
  Routes routes;
  routes.take(metadata_of(3));
  routes.learn({SpaceId(7), PartitionId(2)}, BrokerId(2));
  routes.miss_all(BrokerId(1));
  EXPECT(routes.whom(kRouted) == BrokerId(2));
  EXPECT(routes.whom({SpaceId(7), PartitionId(1)}) == BrokerId(2));
  EXPECT(routes.leader({SpaceId(7), PartitionId(2)}) == BrokerId(2));
}

TEST_CASE("a space that was deleted is forgotten") {
  Routes routes;
  routes.take(metadata_of(1, 1));
  wire::Metadata without = metadata_of(1, 2);
  without.spaces.clear();
  routes.take(without);
  EXPECT(routes.whom(kRouted) == std::nullopt);
}

}  // namespace
}  // namespace usher::client

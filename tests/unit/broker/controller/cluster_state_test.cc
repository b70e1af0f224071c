#include "broker/controller/cluster_state.h"

#include "broker/controller/decide.h"
#include "broker/controller/leader_spread.h"
#include "broker/controller/membership.h"
#include "proto/base/hash.h"

#include "tests/doctest.h"

namespace usher::controller {
namespace {

// A cluster of three, to which requests are decided and applied.
struct World {
  World() {
    for (uint32_t id = 1; id <= 3; ++id)
      apply({wire::BrokerInfo{.id = BrokerId(id),
                              .endpoint = "127.0.0.1:710" + std::to_string(id),
                              .rack = "",
                              .incarnation = wire::Incarnation(id * 100),
                              .up = false}});
  }
  void apply(const Records& records) {
    for (const auto& record : records) {
      end = end.next();
      // What is applied is what was read back.
      auto read = wire::decode_cluster_record(wire::encode_cluster_record(record));
      REQUIRE(read);
      EXPECT(*read == record);
      state.apply(*read, end);
    }
  }
  template <class Request>
  std::string ask(const Request& request) {
    auto records = decide(state, request);
    if (!records) return std::string(records.error().name());
    apply(*records);
    return "done";
  }
  ClusterState state;
  Offset end;
};

TEST_CASE("a space has its partitions placed, its slots mapped and its founders named") {
  World world;
  EXPECT(world.ask(wire::CreateSpaceRequest{"events", 20, 3}) == "done");
  const Space* space = world.state.space("events");
  REQUIRE(space);
  EXPECT(space->info.id == SpaceId(1));
  EXPECT(space->info.slots.size() == kSlots);
  EXPECT(space->info.slots[21] == PartitionId(1));
  EXPECT(space->founders.size() == 20);
  EXPECT(space->founders[0].size() == 3);
  EXPECT(world.ask(wire::CreateSpaceRequest{"events", 20, 3}) == "ALREADY_EXISTS");
}

TEST_CASE("ids of what was deleted are never used again") {
  World world;
  world.ask(wire::CreateSpaceRequest{"a", 1, 1});
  world.ask(wire::CreateTopicRequest{.space = "a", .topic = "t"});
  world.ask(wire::DeleteTopicRequest{"a", "t"});
  world.ask(wire::CreateTopicRequest{.space = "a", .topic = "t"});
  EXPECT(topic_of(*world.state.space("a"), "t")->id == TopicId(17));
  world.ask(wire::DeleteSpaceRequest{"a"});
  world.ask(wire::CreateSpaceRequest{"a", 1, 1});
  EXPECT(world.state.space("a")->info.id == SpaceId(2));
}

TEST_CASE("a broker comes back with a new disk, and never again with the one that was lost") {
  World world;
  wire::BrokerInfo lost = world.state.brokers().at(BrokerId(3));
  wire::BrokerInfo renewed = lost;
  renewed.incarnation = wire::Incarnation(301);
  EXPECT(world.ask(renewed) == "done");
  EXPECT(world.state.brokers().at(BrokerId(3)) == renewed);
  EXPECT(world.state.is_lost(lost.incarnation));
  EXPECT(world.ask(lost) == "CLUSTER_MISMATCH");
  renewed.endpoint = "127.0.0.1:7999";
  EXPECT(world.ask(renewed) == "done");
  EXPECT(!world.state.is_lost(renewed.incarnation));
}

TEST_CASE("what cannot be done is refused by name") {
  World world;
  EXPECT(world.ask(wire::CreateSpaceRequest{"", 1, 1}) == "INVALID_ARGUMENT");
  EXPECT(world.ask(wire::CreateSpaceRequest{"a b", 1, 1}) == "INVALID_ARGUMENT");
  EXPECT(world.ask(wire::CreateSpaceRequest{"_system", 1, 1}) == "INVALID_ARGUMENT");
  EXPECT(world.ask(wire::CreateSpaceRequest{"a", 0, 1}) == "INVALID_ARGUMENT");
  EXPECT(world.ask(wire::CreateSpaceRequest{"a", 1, 4}) == "INVALID_ARGUMENT");
  EXPECT(world.ask(wire::DeleteSpaceRequest{"a"}) == "NOT_FOUND");
  EXPECT(world.ask(wire::CreateTopicRequest{.space = "a", .topic = "t"}) == "NOT_FOUND");
  world.ask(wire::CreateSpaceRequest{"a", 1, 1});
  EXPECT(world.ask(wire::AlterTopicRequest{.space = "a", .topic = "t"}) == "NOT_FOUND");
}

TEST_CASE("a space that carries changelogs refuses retention, in either order") {
  World world;
  world.ask(wire::CreateSpaceRequest{"a", 1, 1});
  wire::CreateTopicRequest changelog{.space = "a",
                                     .topic = "changes",
                                     .writer = wire::WriterKind::kApp,
                                     .app = "count",
                                     .changelog = true};
  EXPECT(world.ask(changelog) == "done");
  wire::CreateTopicRequest kept{
      .space = "a", .topic = "kept", .retention = {.age = 1h, .bytes = {}}};
  EXPECT(world.ask(kept) == "NOT_IN_THIS_VERSION");
  world.ask(wire::CreateSpaceRequest{"b", 1, 1});
  kept.space = changelog.space = "b";
  changelog.app = "other";
  EXPECT(world.ask(kept) == "done");
  EXPECT(world.ask(changelog) == "NOT_IN_THIS_VERSION");
}

TEST_CASE("a member joins, is proposed under new epochs, leaves, and its tasks are free") {
  World world;
  world.ask(wire::CreateSpaceRequest{"a", 2, 1});
  MemberId member = world.state.next_member();
  auto joined = join(world.state, wire::JoinRequest{.app = "count", .space = SpaceId(1)});
  REQUIRE(joined);
  world.apply(*joined);
  const App* app = world.state.app("count");
  REQUIRE(app);
  AssignmentPlan plan{.before = {MemberId(0), MemberId(0)},
                      .owners = {member, member},
                      .standbys = {MemberId(0), MemberId(0)}};
  world.apply(propose(*app, plan));
  EXPECT(app->tasks[0] == Task{member, Epoch(1)});
  EXPECT(propose(*app, plan).empty());
  world.apply(*leave(world.state, member));
  EXPECT(app->tasks[0] == Task{MemberId(0), Epoch(1)});
  EXPECT(world.state.next_member() > member);
  // A reset takes the next epoch, so that no claim before it counts.
  EXPECT(world.ask(wire::NewEpochRequest{"count", PartitionId(0)}) == "done");
  EXPECT(app->tasks[0].epoch == Epoch(2));
}

TEST_CASE("an app with members is neither reset nor is its space deleted") {
  World world;
  world.ask(wire::CreateSpaceRequest{"a", 2, 1});
  world.apply(*join(world.state, wire::JoinRequest{.app = "count", .space = SpaceId(1)}));
  EXPECT(world.ask(wire::NewEpochRequest{"count", PartitionId(0)}) == "APP_BUSY");
  EXPECT(world.ask(wire::DeleteSpaceRequest{"a"}) == "APP_BUSY");
}

TEST_CASE("a partition goes to its preferred leader once that is up and level, a few at a time") {
  Led level{.space = SpaceId(1),
            .partition = PartitionId(0),
            .preferred = BrokerId(2),
            .preferred_is_up = true,
            .preferred_is_level = true};
  Led own = level;
  own.preferred = BrokerId(1);
  Led behind = level;
  behind.preferred_is_level = false;
  Led down = level;
  down.preferred_is_up = false;
  EXPECT(spread(BrokerId(1), {own, behind, down}, 2).empty());
  EXPECT(spread(BrokerId(1), {own, level}, 2) ==
         std::vector<HandOver>{{SpaceId(1), PartitionId(0), BrokerId(2)}});
  EXPECT(spread(BrokerId(1), {level, level, level}, 2).size() == 2);
}

}  // namespace
}  // namespace usher::controller

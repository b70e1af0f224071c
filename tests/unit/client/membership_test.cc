#include "client/membership.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::client {
namespace {

struct MembershipWorld final : MembershipHandler {
  MembershipWorld() : cluster(brokers.connect()) {
    wire::JoinRequest join;
    join.app = "seats";
    join.space = SpaceId(7);
    membership.emplace(*cluster, std::move(join), *this);
  }
  void on_joined(MemberId member, AppId) override { members.push_back(member.value()); }
  void on_assignment(const wire::Assignment& assignment) override {
    assigned.push_back(assignment.tasks.size());
  }
  void on_lost(const Error& why) override { lost.push_back(why.code); }
  void assign(uint64_t version, uint32_t tasks) {
    brokers.assignment = {.version = version, .tasks = {}};
    for (uint32_t i = 0; i < tasks; ++i)
      brokers.assignment.tasks.push_back({PartitionId(i), wire::TaskRole::kOwner, Epoch(version)});
  }

  FakeCluster brokers;
  std::unique_ptr<Cluster> cluster;
  std::vector<uint64_t> members;
  std::vector<size_t> assigned;
  std::vector<ErrorCode> lost;
  std::optional<Membership> membership;
};

TEST_CASE("a member joins and hears each assignment once") {
  MembershipWorld world;
  world.assign(1, 2);
  REQUIRE(world.brokers.run_until([&] { return !world.assigned.empty(); }));
  world.brokers.loop.run_for(2s);
  EXPECT(world.members == std::vector<uint64_t>{1});
  EXPECT(world.assigned == std::vector<size_t>{2});
  world.assign(2, 1);
  world.brokers.loop.run_for(1s);
  EXPECT(world.assigned == std::vector<size_t>{2, 1});
  EXPECT(world.brokers.heartbeats.back().assignment == 2);
}

// Found by seed 24445 of the simulated clusters: a new controller had come to the same version, and
// a member never heard of its task.
TEST_CASE("other tasks under the version of the last assignment are another assignment") {
  MembershipWorld world;
  world.assign(7, 1);
  REQUIRE(world.brokers.run_until([&] { return !world.assigned.empty(); }));
  world.assign(7, 2);
  world.brokers.loop.run_for(2s);
  EXPECT(world.assigned == std::vector<size_t>{1, 2});
}

TEST_CASE("what it holds is told at once") {
  MembershipWorld world;
  world.assign(1, 1);
  REQUIRE(world.brokers.run_until([&] { return !world.assigned.empty(); }));
  world.brokers.loop.run_for(limits::kMemberHeartbeat / 2);
  world.membership->hold({{PartitionId(0), wire::TaskRole::kOwner, Epoch(1), Offset(5)}});
  world.brokers.loop.run_for(20ms);
  REQUIRE(world.brokers.heartbeats.back().tasks.size() == 1);
  EXPECT(world.brokers.heartbeats.back().tasks[0].applied == Offset(5));
}

TEST_CASE("a member that was given up hears of it and joins as another") {
  MembershipWorld world;
  REQUIRE(world.brokers.run_until([&] { return !world.members.empty(); }));
  world.brokers.member_unknown = true;
  REQUIRE(world.brokers.run_until([&] { return world.members.size() == 2; }));
  EXPECT(world.lost == std::vector<ErrorCode>{ErrorCode::MEMBER_UNKNOWN});
  EXPECT(world.members.back() == 2);
}

TEST_CASE("a controller that falls silent is a loss, and who comes back joins again") {
  MembershipWorld world;
  REQUIRE(world.brokers.run_until([&] { return !world.members.empty(); }));
  world.brokers.kill(1);
  REQUIRE(world.brokers.run_until([&] { return !world.lost.empty(); }, 5s));
  world.brokers.revive(1);
  REQUIRE(world.brokers.run_until([&] { return world.members.size() == 2; }));
}

TEST_CASE("leaving tells the controller and ends the heartbeats") {
  MembershipWorld world;
  REQUIRE(world.brokers.run_until([&] { return !world.members.empty(); }));
  bool done = false;
  world.membership->leave([&] { done = true; });
  REQUIRE(world.brokers.run_until([&] { return done; }));
  EXPECT(world.brokers.left);
  size_t before = world.brokers.heartbeats.size();
  world.brokers.loop.run_for(2s);
  EXPECT(world.brokers.heartbeats.size() == before);
}

}  // namespace
}  // namespace usher::client

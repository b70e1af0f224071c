#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

MemberId join(Brokers& brokers) {
  auto joined = brokers.ask_any(
      [] { return net::Message{wire::JoinRequest{.app = "a", .space = SpaceId(1)}, {}}; });
  REQUIRE(joined);
  return std::get<wire::JoinReply>(joined->envelope).member;
}

Result<net::Message> beat(Brokers& brokers, size_t broker, MemberId member,
                          std::vector<wire::MemberHeartbeat::Task> holds = {}) {
  wire::MemberHeartbeat beat{.member = member, .assignment = 0, .tasks = std::move(holds)};
  return brokers.ask(broker, {std::move(beat), {}}, 100ms);
}

// By whoever knows most.
std::vector<controller::Task> tasks(Brokers& brokers) {
  const controller::ClusterState* newest = nullptr;
  for (size_t broker = 1; broker <= brokers.size(); ++broker) {
    if (!brokers.at(broker).is_up()) continue;
    const controller::ClusterState& state = brokers.at(broker).broker().state();
    if (!newest || state.end() > newest->end()) newest = &state;
  }
  return newest->app("a")->tasks;
}

TEST_CASE("a new controller takes no task from a member that it has not heard yet") {
  Brokers brokers(3);
  brokers.make_topic(4);
  MemberId one = join(brokers);
  MemberId two = join(brokers);
  auto is_shared = [&] {
    return std::ranges::count(tasks(brokers), two, &controller::Task::owner) == 2;
  };
  auto beat_both = [&] {
    for (size_t broker = 1; broker <= 3; ++broker)
      for (MemberId member : {one, two}) static_cast<void>(beat(brokers, broker, member));
  };
  for (int i = 0; i < 10 && !is_shared(); ++i) beat_both();
  REQUIRE(is_shared());
  auto before = tasks(brokers);
  std::vector<wire::MemberHeartbeat::Task> held;
  for (uint32_t i = 0; i < before.size(); ++i)
    if (before[i].owner == one)
      held.push_back({.partition = PartitionId(i), .epoch = before[i].epoch, .applied = {}});
  auto controller = static_cast<size_t>(brokers.status(PartitionId(0), SpaceId(0)).leader->value());
  brokers.at(controller).kill();
  // The first is heard by the next controller as soon as there is one, the second half a second on.
  auto one_is_heard = [&] {
    for (size_t broker = 1; broker <= 3; ++broker)
      if (brokers.at(broker).is_up() && beat(brokers, broker, one, held)) return true;
    return false;
  };
  for (int i = 0; i < 100 && !one_is_heard(); ++i) brokers.run_for(1ms);
  brokers.run_for(500ms);
  EXPECT(tasks(brokers) == before);
}

}  // namespace
}  // namespace usher::server

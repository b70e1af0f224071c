// What Usher asks of the core beyond Raft: what is durable before what, orders to the driver,
// broken connections, and nobody who leads before it has applied.
#include "broker/raft/node.h"

#include "tests/doctest.h"
#include "tests/unit/broker/raft/cluster.h"

namespace usher::raft::test {
namespace {

// --- durability ---

TEST_CASE("nothing of a new term leaves before the term is on disk, then the newest of each kind") {
  Cluster cluster({.voters = {1, 2, 3}});
  for (uint64_t round : {1, 2, 3}) cluster.hear(2, 1, 4, Heartbeat{Offset(0), ReadNumber(round)});
  EXPECT(cluster.network().empty());
  cluster.flush(1);
  REQUIRE(cluster.network().size() == 1);
  EXPECT(cluster.on_its_way<HeartbeatReply>(1, 2)->round == ReadNumber(3));
  cluster.hear(2, 1, 4, Heartbeat{Offset(0), ReadNumber(4)});
  EXPECT(cluster.on_its_way<HeartbeatReply>(1, 2)->round == ReadNumber(4));  // at once
}

TEST_CASE("what was held back for a term that is over is never said") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.hear(2, 1, 4, VoteRequest{position(0, 0)});
  cluster.hear(3, 1, 5, Heartbeat{});
  cluster.flush(1, 1);  // term 4 and its vote
  EXPECT(cluster.network().empty());
  cluster.flush(1);
  EXPECT(!cluster.on_its_way<VoteReply>(1, 2));
  EXPECT(cluster.on_its_way<HeartbeatReply>(1, 3));
}

TEST_CASE("a candidate does not win before its own vote is on disk, whoever votes for it") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  cluster.deliver_all();
  cluster.deliver_all();
  REQUIRE(cluster.node(1).standing().role == Role::kCandidate);
  cluster.hear(2, 1, 1, VoteReply{true});
  EXPECT(cluster.node(1).standing().role == Role::kCandidate);
  cluster.flush(1);
  EXPECT(cluster.at(1).leads());
}

TEST_CASE("a follower acknowledges what is flushed, as the flushes come") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(cluster.propose(1, 2));
    cluster.deliver_all(1, 2);
  }
  EXPECT(!cluster.on_its_way<AppendAccepted>(2, 1));
  cluster.flush(2, 1);
  EXPECT(cluster.on_its_way<AppendAccepted>(2, 1)->match == Offset(3));
  cluster.flush(2);
  EXPECT(cluster.on_its_way<AppendAccepted>(2, 1)->match == Offset(7));
}

TEST_CASE("a leader counts itself only for what it has flushed, and may commit by others alone") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 2));
  cluster.deliver_all();
  cluster.flush(2);
  cluster.deliver_all();
  EXPECT(cluster.node(1).commit() == Offset(1));
  cluster.flush(3);
  cluster.deliver_all();
  EXPECT(cluster.node(1).commit() == Offset(3));
  EXPECT(cluster.node(1).flushed() == Offset(1));
}

TEST_CASE("a flush report of a tail that was cut off meanwhile does not count") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.hear(2, 1, 2, AppendRequest{{}, {records(2, 0, 4)}, Offset(0)});
  cluster.flush(1);
  cluster.drop_all();
  cluster.hear(2, 1, 2, AppendRequest{position(4, 2), {records(2, 4, 9)}, Offset(0)});
  cluster.hear(3, 1, 3, AppendRequest{position(4, 2), {records(3, 4, 9)}, Offset(0)});
  REQUIRE(cluster.at(1).journal.size() == 2);
  cluster.flush(1, 1);
  EXPECT(cluster.node(1).flushed() == Offset(4));
  EXPECT(!cluster.on_its_way<AppendAccepted>(1, 3));
  cluster.flush(1);
  EXPECT(cluster.node(1).flushed() == Offset(9));
  EXPECT(cluster.on_its_way<AppendAccepted>(1, 3)->match == Offset(9));
}

// Offset and term of the report would look right: the batches are the same, their second copy is
// not on disk, and a crash now would leave the cut without it.
TEST_CASE("nor does it where the same batches were appended again behind the cut") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.hear(2, 1, 2, AppendRequest{{}, {records(2, 0, 4)}, Offset(0)});
  cluster.hear(3, 1, 3, AppendRequest{{}, {records(3, 0, 1)}, Offset(0)});
  cluster.hear(2, 1, 4, AppendRequest{{}, {records(2, 0, 4)}, Offset(0)});
  REQUIRE(cluster.at(1).journal.size() == 3);
  cluster.flush(1, 1);
  EXPECT(cluster.node(1).log().end() == position(4, 2));
  EXPECT(cluster.node(1).flushed() == Offset(0));
  cluster.flush(1);
  EXPECT(cluster.node(1).flushed() == Offset(4));
}

TEST_CASE("a node made of what is on disk goes on where the disk ends") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 2));
  cluster.settle();
  REQUIRE(cluster.propose(1, 2));
  cluster.crash(1);
  cluster.restart(1);
  EXPECT(cluster.node(1).log().end() == position(3, 1));
  EXPECT(cluster.node(1).flushed() == Offset(3));
  EXPECT(cluster.node(1).term() == Term(1));
  EXPECT(cluster.node(1).vote() == ReplicaId(1));
  EXPECT(cluster.node(1).standing().role == Role::kFollower);
}

TEST_CASE(
    "a follower that restarts hears by a heartbeat what is committed, though nothing is appended") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.settle();
  REQUIRE(cluster.propose(1, 2));
  cluster.settle();
  cluster.crash(2);
  cluster.restart(2);
  REQUIRE(cluster.node(2).log().end() == position(3, 1));
  REQUIRE(cluster.node(2).commit() < Offset(3));
  cluster.run(100ms);
  EXPECT(cluster.node(2).commit() == Offset(3));
}

// --- applied before leading ---

TEST_CASE("nobody campaigns before it has applied what it knows to be committed") {
  Cluster cluster({.voters = {1, 2, 3}, .applies_at_once = false});
  for (uint64_t id : {1, 2, 3}) cluster.apply(id, Offset(0));
  cluster.elect(1);
  cluster.run(100ms);
  REQUIRE(cluster.node(2).commit() == Offset(1));
  cluster.elapse(1s);
  cluster.time_out(2);
  EXPECT(cluster.node(2).standing().role == Role::kFollower);
  EXPECT(cluster.node(2).deadline() - cluster.at(2).clock == Options{}.heartbeat_interval);
  cluster.hear(1, 2, 1, CampaignNow{});
  EXPECT(cluster.node(2).term() == Term(1));
  cluster.apply(2, Offset(1));
  cluster.elapse(1s);
  cluster.time_out(2);
  EXPECT(cluster.node(2).standing().role == Role::kPreCandidate);
}

// --- broken connections ---

TEST_CASE(
    "when the leader's connections break, the first of the others is elected within moments") {
  Cluster cluster({.voters = {1, 2, 3, 4, 5}});
  cluster.elect(1);
  cluster.crash(1);
  for (uint64_t id : {2, 3, 4, 5}) cluster.lose_connection(id, 1);
  EXPECT(cluster.node(2).standing().role == Role::kPreCandidate);
  EXPECT(cluster.node(3).deadline() - cluster.at(3).clock == 20ms);
  EXPECT(cluster.node(5).deadline() - cluster.at(5).clock == 60ms);
  cluster.settle();
  EXPECT(cluster.at(2).leads());
  EXPECT(cluster.node(2).term() == Term(2));
}

TEST_CASE("one follower whose connection to a live leader broke deposes nobody") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.lose_connection(2, 1);
  EXPECT(cluster.node(2).standing().role == Role::kPreCandidate);
  cluster.run(300ms);
  EXPECT(cluster.at(1).leads());
  EXPECT(cluster.node(1).term() == Term(1));
  EXPECT(cluster.node(2).standing().leader == ReplicaId(1));
}

TEST_CASE("a broken connection to somebody else is no reason to campaign") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.lose_connection(2, 3);
  EXPECT(cluster.node(2).standing() == Standing{Role::kFollower, Term(1), ReplicaId(1)});
}

// --- orders ---

TEST_CASE("orders go on without waiting for answers until the window is full") {
  ClusterOptions options{.voters = {1, 2, 3}};
  options.node.window.messages_max = 3;
  Cluster cluster(options);
  cluster.elect(1);
  for (int i = 0; i < 5; ++i) REQUIRE(cluster.propose(1, 1));
  const Progress& progress = cluster.node(1).progress().at(ReplicaId(2));
  EXPECT(progress.messages_in_flight() == 3);
  EXPECT(progress.next() == Offset(4));
  cluster.settle();
  EXPECT(progress.match() == Offset(6));
}

TEST_CASE("a lost message is found out by the next one, and sent again") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 1));
  cluster.drop_all();
  REQUIRE(cluster.propose(1, 1));
  cluster.settle();  // no time passes
  EXPECT(cluster.node(2).log().end() == position(3, 1));
  EXPECT(cluster.node(1).commit() == Offset(3));
}

// Found by seed 923534 of the simulator: a follower that was paused answers all heartbeats at once,
// was asked as often where it stands, and was sent the same batches for each rejection.
TEST_CASE("answers to heartbeats that come at once ask once what became of what is in flight") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.propose(1));
  cluster.drop_all();
  cluster.elapse(90ms);
  cluster.hear(2, 1, 1, HeartbeatReply{});
  cluster.elapse(90ms);
  cluster.drop_all();
  for (int i = 0; i < 10; ++i) cluster.hear(2, 1, 1, HeartbeatReply{});
  EXPECT(cluster.network().size() == 1);
  REQUIRE(cluster.on_its_way<AppendRequest>(1, 2));
  EXPECT(cluster.on_its_way<AppendRequest>(1, 2)->entries.empty());
}

TEST_CASE("a follower steps back over a whole term in one round trip") {
  std::vector<Entry> leader;
  std::vector<Entry> follower;
  for (uint64_t i = 0; i < 100; ++i) {
    leader.push_back(records(1 + i / 50 * 4, i, i + 1));    // terms 1 and 5
    follower.push_back(records(1 + i / 50 * 2, i, i + 1));  // terms 1 and 3
  }
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.hear(9, 1, 7, AppendRequest{{}, leader, Offset(0)});
  cluster.hear(9, 2, 7, AppendRequest{{}, follower, Offset(0)});
  for (uint64_t id : {1, 2}) cluster.flush(id);
  cluster.drop_all();
  int rejections = 0;
  cluster.trace = [&](const std::string& line) {
    if (line.find("sends 2→1") != std::string::npos && line.find("Rejected") != std::string::npos)
      ++rejections;
  };
  cluster.elect(1);
  EXPECT(rejections == 1);
  EXPECT(cluster.node(2).log().spans() == cluster.node(1).log().spans());
}

TEST_CASE("what was picked for an order that no longer stands is never sent") {
  Cluster cluster({.voters = {1, 2, 3}, .picks_at_once = false});
  cluster.elect(1);
  cluster.pick(1);
  cluster.settle();
  REQUIRE(cluster.propose(1, 2));
  REQUIRE(cluster.at(1).orders.size() == 2);
  SUBCASE("the leader was deposed") { cluster.hear(3, 1, 5, Heartbeat{}); }
  SUBCASE("the leader was deposed and leads again") {
    cluster.hear(3, 1, 5, TermIsOver{});
    std::vector<Replicate> late = std::exchange(cluster.at(1).orders, {});
    cluster.flush(1);
    cluster.drop_all();
    cluster.elapse(1s);
    cluster.time_out(1);
    while (!cluster.at(1).leads()) {
      cluster.deliver_all();
      for (uint64_t id : {1, 2, 3}) cluster.flush(id);
    }
    cluster.at(1).orders = std::move(late);
  }
  SUBCASE("the follower was removed") {
    for (uint64_t id : {2, 3}) cluster.hear(id, 1, 1, AppendAccepted{Offset(1)});
    std::vector<Replicate> late = std::exchange(cluster.at(1).orders, {});
    std::erase_if(late, [](const Replicate& order) { return order.to != ReplicaId(3); });
    REQUIRE(cluster.change(1, MembershipChange::Kind::kRemove, 3));
    cluster.at(1).orders = std::move(late);
  }
  cluster.drop_all();
  cluster.pick(1);
  EXPECT(!cluster.on_its_way<AppendRequest>(1, 2));
  EXPECT(!cluster.on_its_way<AppendRequest>(1, 3));
}

TEST_CASE("a follower to whom nothing could be sent is tried again when it is heard") {
  Cluster cluster({.voters = {1, 2, 3}, .picks_at_once = false});
  cluster.elect(1);
  cluster.settle();
  REQUIRE(cluster.propose(1, 2));
  cluster.refuse_pick(1);
  REQUIRE(cluster.propose(1, 2));
  EXPECT(cluster.at(1).orders.empty());
  cluster.time_out(1);
  cluster.deliver_all();
  cluster.deliver_all();
  EXPECT(cluster.at(1).orders.size() == 2);
}

TEST_CASE("a snapshot that failed is asked for again when the follower is heard") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  for (int i = 0; i < 3; ++i) REQUIRE(cluster.propose(1, 2));
  cluster.settle();
  cluster.move_log_start(1, Offset(5));
  cluster.heal();
  auto exchange = [&] {
    for (int i = 0; i < 8; ++i) {
      if (i % 4 == 0) cluster.time_out(1);
      cluster.deliver_all();
    }
  };
  exchange();
  REQUIRE(cluster.at(1).snapshot_orders.size() == 1);
  cluster.carry_snapshots(1, false);
  EXPECT(cluster.at(1).snapshot_orders.empty());
  exchange();
  REQUIRE(cluster.at(1).snapshot_orders.size() == 1);
  exchange();
  EXPECT(cluster.at(1).snapshot_orders.size() == 1);  // one at a time
}

// The first batch left at the leader has another term than the follower's at the same offset.
TEST_CASE("a follower that parts from the log before its start gets a snapshot") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(1);
  REQUIRE(cluster.propose(1, 4));
  cluster.flush(1);
  cluster.elect(2);
  REQUIRE(cluster.propose(2, 3));
  cluster.settle();
  REQUIRE(cluster.node(2).log().end() == position(5, 2));
  cluster.move_log_start(2, Offset(5));
  cluster.heal();
  cluster.run(200ms);
  EXPECT(cluster.node(1).log().start() == position(5, 2));
  EXPECT(cluster.node(1).commit() == Offset(5));
}

TEST_CASE("a message for another incarnation is not listened to") {
  Cluster cluster({.voters = {1, 2, 3}});
  Message message{ReplicaId(2), ReplicaId(7), Term(9), Heartbeat{}};
  Actions actions = cluster.node(1).step(message, cluster.at(1).clock);
  EXPECT(!actions.write);
  EXPECT(cluster.node(1).term() == Term(0));
}

TEST_CASE("heartbeats are due at multiples of their interval, whenever a leader was elected") {
  constexpr Duration kInterval = limits::kHeartbeatInterval;
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(7 * kInterval / 3);
  cluster.elect(1);
  for (int i = 0; i < 3; ++i) {
    EXPECT(cluster.node(1).deadline().since_start() % kInterval == Duration::zero());
    EXPECT(cluster.node(1).deadline() - cluster.at(1).clock <= kInterval);
    cluster.time_out(1);
    cluster.settle();
  }
}

TEST_CASE("who does not lead says who does") {
  Cluster cluster({.voters = {1, 2, 3}});
  EXPECT(cluster.propose(2).error().code == ErrorCode::NOT_LEADER);
  EXPECT(cluster.propose(2).error().detail == "no leader is known");
  cluster.elect(1);
  EXPECT(cluster.propose(2).error().detail == "replica 1 leads");
}

}  // namespace
}  // namespace usher::raft::test

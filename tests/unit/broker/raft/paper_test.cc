// One test for each rule of the Raft paper (Ongaro and Ousterhout 2014), by section; the thesis's
// (Ongaro 2014) stand in thesis_test.cc. Elections begin with a pre-vote everywhere.
#include <set>

#include "tests/doctest.h"
#include "tests/unit/broker/raft/cluster.h"

namespace usher::raft::test {
namespace {

Role role(Cluster& cluster, uint64_t id) { return cluster.node(id).standing().role; }

// --- §5.1 terms ---

TEST_CASE("§5.1: a server that sees a higher term takes it and follows") {
  Cluster cluster({.voters = {1, 2, 3}});
  SUBCASE("a follower") {}
  SUBCASE("a candidate") {
    cluster.elapse(1s);
    cluster.time_out(1);
    cluster.deliver_all();  // asked for pre-votes
    cluster.deliver_all();  // granted
    REQUIRE(role(cluster, 1) == Role::kCandidate);
  }
  SUBCASE("a leader") { cluster.elect(1); }
  cluster.hear(2, 1, 9, Heartbeat{});
  EXPECT(cluster.node(1).term() == Term(9));
  EXPECT(role(cluster, 1) == Role::kFollower);
  EXPECT(cluster.node(1).standing().leader == ReplicaId(2));
}

TEST_CASE("§5.1: a server that hears a stale term refuses and answers with its own") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(2);
  cluster.elect(1);
  REQUIRE(cluster.node(3).term() == Term(2));
  cluster.elapse(1s);
  cluster.hear(2, 3, 1, AppendRequest{position(0, 0), {records(1, 0, 5)}, Offset(5)});
  CHECK(cluster.on_its_way<TermIsOver>(3, 2));
  cluster.hear(2, 3, 1, VoteRequest{position(90, 1)});
  EXPECT(!cluster.on_its_way<VoteReply>(3, 2)->granted);
  cluster.hear(2, 3, 1, PreVoteRequest{position(90, 1)});
  EXPECT(!cluster.on_its_way<PreVoteReply>(3, 2)->granted);
  EXPECT(cluster.network().back().message.term == Term(2));
}

TEST_CASE("§5.1: a leader told that its term is over follows at once") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.hear(3, 1, 7, TermIsOver{});
  EXPECT(role(cluster, 1) == Role::kFollower);
  EXPECT(cluster.node(1).term() == Term(7));
}

// --- §5.2 leader election ---

TEST_CASE("§5.2: servers start as followers and stay so as long as they hear a leader") {
  Cluster cluster({.voters = {1, 2, 3}});
  for (uint64_t id : {1, 2, 3}) EXPECT(role(cluster, id) == Role::kFollower);
  cluster.elect(1);
  cluster.run(5s);
  EXPECT(role(cluster, 1) == Role::kLeader);
  EXPECT(cluster.node(1).term() == Term(1));
}

TEST_CASE("§5.2: a leader's heartbeats reach all others, at once and then at every interval") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  while (role(cluster, 1) != Role::kLeader) {
    cluster.deliver_all();
    for (uint64_t id : {1, 2, 3}) cluster.flush(id);
  }
  EXPECT(cluster.on_its_way<Heartbeat>(1, 2));
  EXPECT(cluster.on_its_way<Heartbeat>(1, 3));
  cluster.drop_all();
  cluster.time_out(1);
  EXPECT(cluster.on_its_way<Heartbeat>(1, 2));
  EXPECT(cluster.on_its_way<Heartbeat>(1, 3));
}

TEST_CASE("§5.2: who hears no leader begins a term, votes for itself and asks all others") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  cluster.deliver_all();
  cluster.deliver_all();
  EXPECT(role(cluster, 1) == Role::kCandidate);
  EXPECT(cluster.node(1).term() == Term(1));
  EXPECT(cluster.node(1).vote() == ReplicaId(1));
  cluster.flush(1);
  EXPECT(cluster.on_its_way<VoteRequest>(1, 2));
  EXPECT(cluster.on_its_way<VoteRequest>(1, 3));
}

TEST_CASE("§5.2: a candidate leads when a majority of all voters has voted for it") {
  struct Row {
    uint64_t voters;
    uint64_t granted;  // by others
    uint64_t refused;
    Role role;
  };
  for (const Row& row :
       {Row{3, 0, 0, Role::kCandidate}, Row{3, 1, 0, Role::kLeader}, Row{3, 0, 1, Role::kCandidate},
        Row{3, 0, 2, Role::kFollower}, Row{3, 1, 1, Role::kLeader}, Row{5, 1, 0, Role::kCandidate},
        Row{5, 2, 0, Role::kLeader}, Row{5, 1, 2, Role::kCandidate}, Row{5, 1, 3, Role::kFollower},
        Row{4, 1, 0, Role::kCandidate}, Row{4, 2, 1, Role::kLeader}, Row{2, 0, 0, Role::kCandidate},
        Row{2, 1, 0, Role::kLeader}}) {
    CAPTURE(row.voters);
    CAPTURE(row.granted);
    CAPTURE(row.refused);
    ClusterOptions options;
    for (uint64_t id = 1; id <= row.voters; ++id) options.voters.push_back(id);
    Cluster cluster(options);
    cluster.elapse(1s);
    cluster.time_out(1);
    cluster.deliver_all();
    cluster.deliver_all();
    cluster.flush(1);
    for (uint64_t i = 0; i < row.granted; ++i) cluster.hear(2 + i, 1, 1, VoteReply{true});
    for (uint64_t i = 0; i < row.refused; ++i)
      cluster.hear(2 + row.granted + i, 1, 1, VoteReply{false});
    EXPECT(role(cluster, 1) == row.role);
  }
}

TEST_CASE("§5.2: one voter alone elects itself, as soon as its vote is on disk") {
  Cluster cluster({.voters = {1}});
  EXPECT(cluster.node(1).deadline() <= cluster.at(1).clock);
  cluster.tick(1);
  EXPECT(role(cluster, 1) == Role::kCandidate);
  cluster.flush(1);
  EXPECT(role(cluster, 1) == Role::kLeader);
  EXPECT(cluster.node(1).commit() == Offset(0));
  cluster.flush(1);
  EXPECT(cluster.node(1).commit() == Offset(1));
}

TEST_CASE("§5.2: a server votes once a term, for whoever comes first") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.hear(2, 1, 4, VoteRequest{position(0, 0)});
  cluster.flush(1);
  EXPECT(cluster.on_its_way<VoteReply>(1, 2)->granted);
  cluster.hear(3, 1, 4, VoteRequest{position(0, 0)});
  EXPECT(!cluster.on_its_way<VoteReply>(1, 3)->granted);
  cluster.drop_all();
  cluster.hear(2, 1, 4, VoteRequest{position(0, 0)});
  EXPECT(cluster.on_its_way<VoteReply>(1, 2)->granted);  // its answer may have been lost
}

TEST_CASE("§5.2: a vote survives a crash") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.hear(2, 1, 4, VoteRequest{position(0, 0)});
  cluster.flush(1);
  cluster.crash(1);
  cluster.restart(1);
  cluster.hear(3, 1, 4, VoteRequest{position(0, 0)});
  EXPECT(!cluster.on_its_way<VoteReply>(1, 3)->granted);
}

TEST_CASE(
    "§5.2: a candidate that hears the leader of its term follows it, one of an older does not") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  cluster.deliver_all();
  cluster.deliver_all();
  cluster.hear(2, 1, 0, Heartbeat{});
  EXPECT(role(cluster, 1) == Role::kCandidate);
  cluster.hear(2, 1, 1, Heartbeat{});
  EXPECT(role(cluster, 1) == Role::kFollower);
  EXPECT(cluster.node(1).standing().leader == ReplicaId(2));
}

TEST_CASE("§5.2: election timeouts are drawn from the whole interval, anew each time") {
  Options options;
  std::set<Duration> drawn;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Cluster cluster({.voters = {1, 2, 3}, .seed = seed, .node = options});
    Duration first = cluster.node(1).deadline() - cluster.at(1).clock;
    EXPECT(options.election_timeout_min <= first);
    EXPECT(first <= options.election_timeout_max);
    cluster.time_out(1);
    drawn.insert({first, cluster.node(1).deadline() - cluster.at(1).clock});
  }
  EXPECT(drawn.size() > 390);
  EXPECT(*drawn.begin() < 510ms);
  EXPECT(*drawn.rbegin() > 990ms);
}

TEST_CASE("§5.2: after a split vote a new election begins by itself") {
  Cluster cluster({.voters = {1, 2}});
  cluster.elapse(1s);
  for (uint64_t id : {1, 2}) cluster.time_out(id);
  cluster.settle();
  REQUIRE(!cluster.leader());
  REQUIRE(cluster.node(1).vote() == ReplicaId(1));
  REQUIRE(cluster.node(2).vote() == ReplicaId(2));
  cluster.run(3s);
  EXPECT(cluster.leader());
}

// --- §5.3 log replication ---

TEST_CASE("§5.3: a leader sends a new batch to all at once and commits it by a majority") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 4));
  EXPECT(cluster.on_its_way<AppendRequest>(1, 2)->entries == std::vector{records(1, 1, 5)});
  EXPECT(cluster.on_its_way<AppendRequest>(1, 3)->entries == std::vector{records(1, 1, 5)});
  cluster.flush(1);
  EXPECT(cluster.node(1).commit() == Offset(1));
  cluster.deliver_all(1, 2);
  cluster.flush(2);
  cluster.deliver_all(2, 1);
  EXPECT(cluster.node(1).commit() == Offset(5));
  cluster.run(200ms);
  for (uint64_t id : {1, 2, 3}) EXPECT(cluster.node(id).applied() == Offset(5));
}

TEST_CASE("§5.3: a commit takes along all before it, of earlier leaders too") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  REQUIRE(cluster.propose(1, 2));
  cluster.deliver_all(1, 2);
  cluster.flush(2);  // on two disks, and nobody knows
  cluster.crash(1);
  cluster.heal();
  cluster.elect(2);
  EXPECT(cluster.node(2).commit() == Offset(4));
  EXPECT(cluster.checker().truth()[1].entry == records(1, 1, 3));
}

TEST_CASE("§5.3: a follower refuses batches whose predecessor it does not hold") {
  struct Row {
    LogPosition prev;
    bool held;
  };
  for (const Row& row :
       {Row{position(0, 0), true}, Row{position(2, 1), true}, Row{position(3, 2), true},
        Row{position(3, 1), false}, Row{position(4, 2), false}, Row{position(3, 3), false}}) {
    Cluster cluster({.voters = {1, 2, 3}});
    cluster.hear(2, 1, 2, AppendRequest{{}, {records(1, 0, 2), records(2, 2, 3)}, Offset(0)});
    cluster.flush(1);
    cluster.drop_all();
    cluster.hear(2, 1, 3, AppendRequest{row.prev, {}, Offset(0)});
    cluster.flush(1);
    EXPECT((cluster.on_its_way<AppendAccepted>(1, 2) != nullptr) == row.held);
    EXPECT((cluster.on_its_way<AppendRejected>(1, 2) != nullptr) == !row.held);
  }
}

TEST_CASE("§5.3: a follower cuts off what contradicts the leader and keeps what does not") {
  struct Row {
    LogPosition prev;
    std::vector<Entry> sent;
    std::vector<TermHistory::Span> log;
  };
  using Span = TermHistory::Span;
  for (const Row& row : {
           Row{position(2, 1),
               {records(3, 2, 4)},
               {Span{Term(1), Offset(2)}, {Term(3), Offset(4)}}},
           Row{position(0, 0), {records(3, 0, 1)}, {Span{Term(3), Offset(1)}}},
           Row{position(3, 2),
               {records(3, 3, 4)},
               {Span{Term(1), Offset(2)}, {Term(2), Offset(3)}, {Term(3), Offset(4)}}},
           // An old message, whose batches are here already, shortens nothing.
           Row{position(0, 0),
               {records(1, 0, 2)},
               {Span{Term(1), Offset(2)}, {Term(2), Offset(3)}}},
       }) {
    Cluster cluster({.voters = {1, 2, 3}});
    cluster.hear(2, 1, 2, AppendRequest{{}, {records(1, 0, 2), records(2, 2, 3)}, Offset(0)});
    cluster.hear(3, 1, 3, AppendRequest{row.prev, row.sent, Offset(0)});
    EXPECT(cluster.node(1).log().spans() == row.log);
  }
}

// Figure 7: whatever a follower lacks or has too much, it ends with the leader's log.
TEST_CASE("§5.3: a leader brings every follower to its own log, and never cuts its own") {
  auto log_of = [](std::vector<uint64_t> terms) {
    std::vector<Entry> entries;
    for (uint64_t i = 0; i < terms.size(); ++i) entries.push_back(records(terms[i], i, i + 1));
    return entries;
  };
  for (const std::vector<uint64_t>& follower : {
           std::vector<uint64_t>{1, 1, 1, 4, 4, 5, 5, 6, 6},  // a
           {1, 1, 1, 4},                                      // b
           {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},                 // c
           {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},              // d
           {1, 1, 1, 4, 4, 4, 4},                             // e
           {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3},                 // f
       }) {
    Cluster cluster({.voters = {1, 2, 3}});
    cluster.hear(9, 1, 7, AppendRequest{{}, log_of({1, 1, 1, 4, 4, 5, 5, 6, 6, 6}), Offset(0)});
    cluster.hear(9, 2, 7, AppendRequest{{}, log_of(follower), Offset(0)});
    for (uint64_t id : {1, 2}) cluster.flush(id);
    cluster.drop_all();
    cluster.elect(1);  // 3 votes for it whatever stands in 2
    cluster.run(300ms);
    EXPECT(cluster.at(2).log == cluster.at(1).log);
    EXPECT(cluster.node(2).commit() == Offset(11));
  }
}

TEST_CASE("§5.3: followers' batches arrive even if every message is lost at first") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 3));
  cluster.drop_all();
  cluster.flush(1);
  EXPECT(cluster.node(1).commit() == Offset(1));
  cluster.run(4 * Options{}.heartbeat_interval);
  for (uint64_t id : {1, 2, 3}) EXPECT(cluster.node(id).commit() == Offset(4));
}

// --- §5.4 safety ---

TEST_CASE("§5.4.1: a voter refuses a candidate whose log is behind its own") {
  struct Row {
    LogPosition last;
    bool granted;
  };
  for (const Row& row :
       {Row{position(3, 2), true}, Row{position(2, 2), false}, Row{position(9, 1), false},
        Row{position(1, 3), true}, Row{position(4, 2), true}, Row{position(0, 0), false}}) {
    Cluster cluster({.voters = {1, 2, 3}});
    cluster.hear(2, 1, 2, AppendRequest{{}, {records(1, 0, 2), records(2, 2, 3)}, Offset(0)});
    cluster.flush(1);
    cluster.elapse(1s);
    cluster.hear(3, 1, 3, PreVoteRequest{row.last});
    EXPECT(cluster.on_its_way<PreVoteReply>(1, 3)->granted == row.granted);
    cluster.hear(3, 1, 4, VoteRequest{row.last});
    cluster.flush(1);
    EXPECT(cluster.on_its_way<VoteReply>(1, 3)->granted == row.granted);
  }
}

// Figure 8: (a) 1 leads term 1 and its batch reaches 2; (b) 5 leads term 2 with its own batch; (c)
// 1 leads term 3 and brings its old batch to a majority: still not committed; (d) so 5 may replace
// it.
TEST_CASE("§5.4.2: a batch of an older term is not committed by counting") {
  ClusterOptions options{.voters = {1, 2, 3, 4, 5}};
  options.node.replicate_bytes_max = 1;  // one batch a message
  Cluster cluster(options);
  auto deliver_and_flush = [&](std::vector<uint64_t> ids) {
    cluster.deliver_all();
    for (uint64_t id : ids) cluster.flush(id);
  };
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 1));
  cluster.deliver_all(1, 2);
  for (uint64_t id : {1, 2}) cluster.flush(id);
  cluster.drop_all();
  cluster.crash(1);

  cluster.elapse(1s);
  cluster.cut(5, 2);
  cluster.time_out(5);
  while (!cluster.at(5).leads()) deliver_and_flush({3, 4, 5});
  cluster.drop_all();
  cluster.flush(5);
  cluster.crash(5);

  cluster.restart(1);
  cluster.elapse(1s);
  while (!cluster.at(1).leads()) {
    if (cluster.network().empty()) cluster.time_out(1);
    deliver_and_flush({1, 2, 3, 4});
  }
  REQUIRE(cluster.node(1).term() == Term(3));
  for (uint64_t id : {3, 4}) {
    while (cluster.node(1).progress().at(ReplicaId(id)).match() < Offset(2)) {
      cluster.deliver_all(1, id);
      cluster.flush(id);
      cluster.deliver_all(id, 1);
    }
  }
  for (uint64_t id : {1, 2, 3, 4}) REQUIRE(end_of(cluster.at(id).disk.log) >= Offset(2));
  EXPECT(cluster.node(1).commit() == Offset(1));  // on four disks of five, and not committed
  cluster.crash(1);
  cluster.drop_all();
  cluster.heal();
  cluster.restart(5);
  cluster.elapse(1s);
  cluster.time_out(5);  // learns the term
  cluster.settle();
  cluster.elect(5);
  EXPECT(cluster.at(2).log[1].entry.position() == position(2, 2));  // replaced, and rightly so
  EXPECT(cluster.at(2).log[1] == cluster.at(5).log[1]);
}

TEST_CASE("§5.4.2, §8: a new leader appends a batch of its own, and so commits what came before") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  EXPECT(cluster.at(1).log.back().entry.kind == EntryKind::kNewLeader);
  EXPECT(cluster.node(1).commit() == Offset(1));
  cluster.elect(2);
  EXPECT(cluster.node(2).commit() == Offset(2));
  EXPECT(cluster.node(2).log().term_before(Offset(2)) == Term(2));
}

TEST_CASE("§5.4.3: a follower commits only what agrees with this term's leader") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  // A tail that the leader of term 1 left here and nowhere else.
  cluster.isolate(1);
  REQUIRE(cluster.propose(1, 5));
  cluster.flush(1);
  cluster.elect(2);
  REQUIRE(cluster.propose(2, 5));
  cluster.settle();
  REQUIRE(cluster.node(2).commit() == Offset(7));
  cluster.heal();
  cluster.hear(2, 1, 2, Heartbeat{.commit = Offset(7), .round = ReadNumber(0)});
  EXPECT(cluster.node(1).commit() == Offset(1));
  cluster.run(300ms);
  EXPECT(cluster.node(1).commit() == Offset(7));
}

// --- §5.5 crashes ---

TEST_CASE("§5.5: messages that come twice, late or out of order change nothing") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  for (int i = 0; i < 4; ++i) REQUIRE(cluster.propose(1, 2));
  std::vector<Packet> packets = cluster.network();
  cluster.settle();
  for (int round = 0; round < 2; ++round)
    for (auto packet = packets.rbegin(); packet != packets.rend(); ++packet)
      cluster.deliver(*packet);
  cluster.run(200ms);
  for (uint64_t id : {1, 2, 3}) EXPECT(cluster.node(id).commit() == Offset(9));
}

// --- §7 snapshots ---

TEST_CASE("§7: a follower below the log's start gets a snapshot and goes on behind it") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  for (int i = 0; i < 5; ++i) REQUIRE(cluster.propose(1, 2));
  cluster.settle();
  cluster.move_log_start(1, Offset(9));
  cluster.heal();
  cluster.run(300ms);
  EXPECT(cluster.node(3).log().start() == position(11, 1));
  REQUIRE(cluster.propose(1, 2));
  cluster.run(300ms);
  EXPECT(cluster.node(3).commit() == Offset(13));
}

TEST_CASE("§7: a snapshot of what the log holds keeps the log, one of more replaces it") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  for (int i = 0; i < 3; ++i) REQUIRE(cluster.propose(1, 2));
  cluster.settle();
  Node& node = cluster.node(3);
  REQUIRE(node.commit() == Offset(1));  // it has the rest and does not know that it is committed
  Membership members = node.memberships().in_force();
  Actions kept = node.install({position(5, 1), members}, cluster.at(3).clock);
  EXPECT(!kept.write);
  EXPECT(node.commit() == Offset(5));
  EXPECT(node.log().end() == position(7, 1));
  Actions old = node.install({position(3, 1), members}, cluster.at(3).clock);
  EXPECT(node.commit() == Offset(5));
  Actions replaced = node.install({position(20, 4), members}, cluster.at(3).clock);
  EXPECT(replaced.write->restart_at == position(20, 4));
  EXPECT(node.log().end() == position(20, 4));
  EXPECT(node.commit() == Offset(20));
  EXPECT(node.flushed() == Offset(0));  // until that is durable
}

}  // namespace
}  // namespace usher::raft::test

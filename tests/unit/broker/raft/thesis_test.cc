// One test for each rule of Ongaro's thesis (2014) that goes beyond the paper, by section:
// membership §4, leader transfer §3.10, reads §6.4, pre-vote §9.6; and CheckQuorum, which §6.2 asks
// for.
#include "tests/doctest.h"
#include "tests/unit/broker/raft/cluster.h"

namespace usher::raft::test {
namespace {

using Kind = MembershipChange::Kind;

std::vector<uint64_t> voters_of(Cluster& cluster, uint64_t id) {
  std::vector<uint64_t> voters;
  for (ReplicaId voter : cluster.node(id).memberships().in_force().voters)
    voters.push_back(voter.value());
  return voters;
}

// --- §3.10 leader transfer ---

TEST_CASE("§3.10: leadership goes to a level target without waiting for any timeout") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.transfer(1, 3));
  cluster.settle();
  EXPECT(cluster.at(3).leads());
  EXPECT(cluster.node(1).standing().leader == ReplicaId(3));
  REQUIRE(cluster.propose(3, 1));
}

TEST_CASE("§3.10: a target that is behind is brought level first") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  for (int i = 0; i < 3; ++i) REQUIRE(cluster.propose(1, 2));
  cluster.settle();
  cluster.heal();
  REQUIRE(cluster.transfer(1, 3));
  EXPECT(!cluster.on_its_way<CampaignNow>(1, 3));
  cluster.run(3 * Options{}.heartbeat_interval);  // heartbeats find out what 3 lacks
  EXPECT(cluster.at(3).leads());
  EXPECT(cluster.node(3).commit() == Offset(8));
}

TEST_CASE("§3.10: during a transfer the leader takes no batches and no changes") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  REQUIRE(cluster.transfer(1, 3));
  EXPECT(cluster.propose(1).error().code == ErrorCode::LEADER_MOVING);
  EXPECT(cluster.propose(1).error().detail == "leadership goes to replica 3");
  EXPECT(cluster.change(1, Kind::kRemove, 2).error().code == ErrorCode::LEADER_MOVING);
  EXPECT(cluster.transfer(1, 2).error().code == ErrorCode::LEADER_MOVING);
}

TEST_CASE("§3.10: a transfer that has not come about within an election timeout is given up") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  REQUIRE(cluster.transfer(1, 3));
  cluster.run(900ms);
  EXPECT(cluster.node(1).is_transferring());
  cluster.run(200ms);
  EXPECT(!cluster.node(1).is_transferring());
  EXPECT(cluster.propose(1));
}

TEST_CASE("§3.10: the word to campaign may be lost: it is said again") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.transfer(1, 3));
  REQUIRE(cluster.on_its_way<CampaignNow>(1, 3));
  cluster.drop_all();
  cluster.run(200ms);
  EXPECT(cluster.at(3).leads());
}

TEST_CASE("§3.10: leadership goes to another voter only") {
  Cluster cluster({.voters = {1, 2, 3}});
  EXPECT(cluster.transfer(1, 2).error().code == ErrorCode::NOT_LEADER);
  cluster.elect(1);
  EXPECT(cluster.transfer(1, 1).error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(cluster.transfer(1, 9).error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(cluster.transfer(2, 3).error().detail == "replica 1 leads");
}

TEST_CASE("§3.10: only the leader's word to campaign counts") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.hear(2, 3, 1, CampaignNow{});
  EXPECT(cluster.node(3).standing().role == Role::kFollower);
  EXPECT(cluster.node(3).term() == Term(1));
}

// --- §4.1 one change at a time ---

TEST_CASE("§4.1: a change is in force at the leader as soon as it is appended") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(1);
  REQUIRE(cluster.change(1, Kind::kRemove, 3));
  EXPECT(voters_of(cluster, 1) == std::vector<uint64_t>{1, 2});
  EXPECT(!cluster.node(1).progress().contains(ReplicaId(3)));
  cluster.heal();
  cluster.run(200ms);
  EXPECT(voters_of(cluster, 2) == std::vector<uint64_t>{1, 2});
}

TEST_CASE("§4.1: a second change waits until the first is committed") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.start_empty(4);
  cluster.elect(1);
  REQUIRE(cluster.change(1, Kind::kAddLearner, 4));
  Result<void> second = cluster.change(1, Kind::kRemove, 3);
  EXPECT(second.error().code == ErrorCode::MEMBERSHIP_BUSY);
  EXPECT(second.error().detail == "the change before is not committed yet");
  cluster.settle();
  EXPECT(cluster.change(1, Kind::kRemove, 3));
}

// The correction of 2015: with an older leader's change still open, two majorities could be
// disjoint.
TEST_CASE("§4.1: a new leader changes nothing before it has committed in its own term") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  while (!cluster.at(1).leads()) {
    cluster.deliver_all();
    for (uint64_t id : {1, 2, 3}) cluster.flush(id);
  }
  Result<void> early = cluster.change(1, Kind::kRemove, 3);
  EXPECT(early.error().code == ErrorCode::MEMBERSHIP_BUSY);
  EXPECT(early.error().detail == "the leader has not committed in its term yet");
  cluster.settle();
  EXPECT(cluster.change(1, Kind::kRemove, 3));
}

TEST_CASE("§4.1: a change that is cut off is undone") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(1);
  REQUIRE(cluster.change(1, Kind::kRemove, 3));
  cluster.flush(1);
  cluster.elect(2);
  cluster.heal();
  cluster.run(300ms);
  EXPECT(voters_of(cluster, 1) == std::vector<uint64_t>{1, 2, 3});
  EXPECT(cluster.node(2).progress().contains(ReplicaId(3)));
}

TEST_CASE("§4.1: with fewer voters what was short of a majority may have one") {
  Cluster cluster({.voters = {1, 2}});
  cluster.elect(1);
  cluster.isolate(2);
  REQUIRE(cluster.propose(1, 2));
  cluster.flush(1);
  EXPECT(cluster.node(1).commit() == Offset(1));
  REQUIRE(cluster.change(1, Kind::kRemove, 2));
  cluster.flush(1);
  EXPECT(cluster.node(1).commit() == Offset(4));
}

// --- §4.2.1 newcomers catch up as learners ---

TEST_CASE("§4.2.1: a learner receives everything and counts for nothing") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.start_empty(4);
  cluster.elect(1);
  REQUIRE(cluster.propose(1, 5));
  cluster.settle();
  REQUIRE(cluster.change(1, Kind::kAddLearner, 4));
  cluster.settle();
  EXPECT(cluster.node(4).log().end() == cluster.node(1).log().end());
  cluster.isolate(2);
  cluster.isolate(3);
  REQUIRE(cluster.propose(1, 1));
  cluster.settle();
  EXPECT(cluster.node(4).flushed() == Offset(8));
  EXPECT(cluster.node(1).commit() == Offset(7));
  cluster.crash(1);
  cluster.elapse(5s);
  cluster.time_out(4);
  cluster.settle();
  EXPECT(cluster.node(4).standing().role == Role::kFollower);  // nor does it campaign
}

TEST_CASE("§4.2.1: a learner's vote, and a stranger's, count for no candidate") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.start_empty(4);
  cluster.elect(1);
  REQUIRE(cluster.change(1, Kind::kAddLearner, 4));
  cluster.run(200ms);
  cluster.crash(1);
  cluster.elapse(1s);
  cluster.time_out(2);
  EXPECT(!cluster.on_its_way<PreVoteRequest>(2, 4));
  for (uint64_t other : {4, 9}) cluster.hear(other, 2, 1, PreVoteReply{Term(2), true});
  EXPECT(cluster.node(2).standing().role == Role::kPreCandidate);
  cluster.hear(3, 2, 1, PreVoteReply{Term(2), true});
  cluster.flush(2);
  EXPECT(!cluster.on_its_way<VoteRequest>(2, 4));
  for (uint64_t other : {4, 9}) cluster.hear(other, 2, 2, VoteReply{true});
  EXPECT(cluster.node(2).standing().role == Role::kCandidate);
  cluster.hear(3, 2, 2, VoteReply{true});
  EXPECT(cluster.at(2).leads());
}

TEST_CASE("§4.2.1: a learner is level once it has flushed what the log held when it came") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.start_empty(4);
  cluster.elect(1);
  for (int i = 0; i < 4; ++i) REQUIRE(cluster.propose(1, 5));
  cluster.settle();
  REQUIRE(cluster.change(1, Kind::kAddLearner, 4));
  EXPECT(!cluster.node(1).is_level(ReplicaId(4)));
  cluster.settle();
  EXPECT(cluster.node(1).is_level(ReplicaId(4)));
  cluster.isolate(4);
  REQUIRE(cluster.propose(1, 5));
  EXPECT(cluster.node(1).is_level(ReplicaId(4)));
  EXPECT(!cluster.node(1).is_level(ReplicaId(9)));
}

// It may not know yet that it was promoted, and the others may need it.
TEST_CASE("§4.2.1: who has been promoted without knowing it votes when asked") {
  Cluster cluster({.voters = {1, 2}});
  cluster.start_empty(4);
  cluster.elect(1);
  REQUIRE(cluster.change(1, Kind::kAddLearner, 4));
  cluster.run(200ms);
  REQUIRE(cluster.change(1, Kind::kPromote, 4));
  cluster.deliver_all(1, 2);
  for (uint64_t id : {1, 2}) cluster.flush(id);
  cluster.drop_all();
  cluster.crash(1);
  cluster.elect(2);  // with 4, to whom its own log says learner
  EXPECT(voters_of(cluster, 4) == std::vector<uint64_t>{1, 2, 4});
}

// --- §4.2.2 removing the leader, and whoever is still needed ---

TEST_CASE(
    "§4.2.2: a leader that is removed leads without counting itself, until that is committed") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  REQUIRE(cluster.change(1, Kind::kRemove, 1));
  cluster.flush(1);
  cluster.deliver_all(1, 2);
  cluster.flush(2);
  cluster.deliver_all(2, 1);
  EXPECT(cluster.at(1).leads());  // on two disks, of which one counts
  cluster.settle();
  EXPECT(cluster.node(1).standing().role == Role::kFollower);
  EXPECT(cluster.node(1).commit() == Offset(2));
  cluster.run(2s);
  CHECK(cluster.leader());
  EXPECT(*cluster.leader() != 1);
  EXPECT(cluster.node(1).standing().role == Role::kFollower);
}

TEST_CASE(
    "§4.2.2: a voter whose removal is not committed still campaigns: the others may need it") {
  Cluster cluster({.voters = {1, 2, 4, 5}});
  cluster.elect(1);
  cluster.crash(5);
  // 1 removes itself and alone has the batch; of 1, 2, 4, 5 nobody else can win three votes.
  cluster.isolate(1);
  REQUIRE(cluster.change(1, Kind::kRemove, 1));
  cluster.flush(1);
  cluster.crash(1);
  cluster.heal();
  cluster.restart(1);
  cluster.run(5s);
  REQUIRE(cluster.leader());
  EXPECT(voters_of(cluster, *cluster.leader()) == std::vector<uint64_t>{2, 4, 5});
}

// --- §4.2.3 disruptive servers ---

TEST_CASE("§4.2.3: who hears a leader does not vote, nor take the candidate's term") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  for (uint64_t id : {1, 2}) {
    cluster.hear(3, id, 9, VoteRequest{position(99, 8)});
    cluster.hear(3, id, 9, PreVoteRequest{position(99, 8)});
    EXPECT(cluster.node(id).term() == Term(1));
  }
  EXPECT(cluster.network().empty());
  cluster.elapse(500ms);
  cluster.hear(3, 2, 9, VoteRequest{position(99, 8)});
  EXPECT(cluster.node(2).term() == Term(9));
}

TEST_CASE("§4.2.3: an election that the leader asked for is not held up by its being alive") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.hear(3, 2, 2, VoteRequest{.last = position(99, 1), .leader_agreed = true});
  cluster.flush(2);
  EXPECT(cluster.on_its_way<VoteReply>(2, 3)->granted);
}

TEST_CASE("§4.2.3: a server that was removed and does not know it disturbs nobody") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  REQUIRE(cluster.change(1, Kind::kRemove, 3));
  cluster.settle();
  cluster.heal();
  cluster.run(5s);
  EXPECT(cluster.at(1).leads());
  EXPECT(cluster.node(1).term() == Term(1));
}

// --- §6.2, CheckQuorum ---

TEST_CASE("§6.2: a leader that hears no majority for an election timeout steps down") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(2);
  cluster.run(2s);
  EXPECT(cluster.at(1).leads());  // one of two others is enough
  cluster.isolate(3);
  cluster.run(400ms);
  EXPECT(cluster.at(1).leads());
  cluster.run(200ms);
  EXPECT(cluster.node(1).standing().role != Role::kLeader);
  EXPECT(cluster.propose(1).error().code == ErrorCode::NOT_LEADER);
}

TEST_CASE("§6.2: learners are no majority") {
  Cluster cluster({.voters = {1, 2}});
  cluster.start_empty(4);
  cluster.elect(1);
  REQUIRE(cluster.change(1, Kind::kAddLearner, 4));
  cluster.run(100ms);
  cluster.isolate(2);
  cluster.run(700ms);
  EXPECT(!cluster.at(1).leads());
}

// --- §6.4 reads ---

TEST_CASE("§6.4: a read is answered at the commit once a majority has confirmed the leader") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  Result<ReadNumber> read = cluster.read(1);
  REQUIRE(read);
  EXPECT(cluster.at(1).reads.empty());
  cluster.deliver_all(1, 2);
  cluster.deliver_all(2, 1);
  REQUIRE(cluster.at(1).reads.size() == 1);
  EXPECT(cluster.at(1).reads[0].number == *read);
  EXPECT(cluster.at(1).reads[0].at == Offset(1));
}

TEST_CASE("§6.4: who asks during a round waits for the next, and all of them for one") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  ReadNumber first = *cluster.read(1);
  ReadNumber second = *cluster.read(1);
  EXPECT(second == first.next());
  for (int i = 0; i < 5; ++i) EXPECT(*cluster.read(1) == second);
  cluster.settle();
  REQUIRE(cluster.at(1).reads.size() == 2);
  EXPECT(cluster.at(1).reads[1].number == second);
}

TEST_CASE("§6.4: a new leader answers no read before it has committed in its own term") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  while (!cluster.at(1).leads()) {
    cluster.deliver_all();
    for (uint64_t id : {1, 2, 3}) cluster.flush(id);
  }
  ReadNumber read = *cluster.read(1);
  cluster.deliver_all();
  cluster.deliver_all();  // heartbeats are answered, nothing is flushed
  EXPECT(cluster.at(1).reads.empty());
  cluster.settle();
  REQUIRE(cluster.at(1).reads.size() == 1);
  EXPECT(cluster.at(1).reads[0].number == read);
  EXPECT(cluster.at(1).reads[0].at == Offset(1));
}

TEST_CASE("§6.4: answers to earlier heartbeats confirm no later round") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.time_out(1);
  cluster.deliver_all();  // answers to round 0 are on their way
  REQUIRE(cluster.read(1));
  cluster.drop_all(1);
  cluster.deliver_all();
  EXPECT(cluster.at(1).reads.empty());
  cluster.run(100ms);  // the next heartbeats carry the round again
  EXPECT(cluster.at(1).reads.size() == 1);
}

TEST_CASE("§6.4: a leader that is none any more says that its reads are lost") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(1);
  ReadNumber first = *cluster.read(1);
  ReadNumber second = *cluster.read(1);
  cluster.elect(2);
  REQUIRE(cluster.propose(2));
  cluster.settle();
  EXPECT(cluster.at(1).reads.empty());
  cluster.heal();
  cluster.run(100ms);
  REQUIRE(cluster.at(1).reads.size() == 2);
  EXPECT(cluster.at(1).reads[0].number == first);
  EXPECT(cluster.at(1).reads[1].number == second);
  for (const ReadDone& read : cluster.at(1).reads) EXPECT(!read.at);
  EXPECT(cluster.read(1).error().code == ErrorCode::NOT_LEADER);
}

TEST_CASE("§6.4: one voter alone answers at once") {
  Cluster cluster({.voters = {1}});
  cluster.elect(1);
  REQUIRE(cluster.read(1));
  REQUIRE(cluster.at(1).reads.size() == 1);
  EXPECT(cluster.at(1).reads[0].at == Offset(1));
}

// --- §9.6 pre-vote ---

TEST_CASE("§9.6: a server cut off for long comes back in its old term and deposes nobody") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  cluster.run(10s);
  EXPECT(cluster.node(3).standing().role == Role::kPreCandidate);
  EXPECT(cluster.node(3).term() == Term(1));
  REQUIRE(cluster.propose(1, 3));
  cluster.heal();
  cluster.run(2s);
  EXPECT(cluster.at(1).leads());
  EXPECT(cluster.node(1).term() == Term(1));
  EXPECT(cluster.node(3).commit() == Offset(4));
}

TEST_CASE("§9.6: a pre-vote changes nothing at either end") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elapse(1s);
  cluster.time_out(1);
  cluster.deliver_all();
  for (uint64_t id : {1, 2, 3}) {
    EXPECT(cluster.node(id).term() == Term(0));
    EXPECT(!cluster.node(id).vote());
    EXPECT(cluster.at(id).journal.empty());
  }
  EXPECT(cluster.on_its_way<PreVoteReply>(2, 1)->granted);
  cluster.hear(3, 2, 0, PreVoteRequest{position(0, 0)});
  EXPECT(cluster.on_its_way<PreVoteReply>(2, 3)->granted);  // to as many as ask
}

TEST_CASE("§9.6: a server with a term of its own, left alone in it, comes back to the others") {
  Cluster cluster({.voters = {1, 2, 3}});
  cluster.elect(1);
  cluster.isolate(3);
  cluster.hear(2, 3, 6, VoteRequest{.last = position(0, 0), .leader_agreed = true});
  REQUIRE(cluster.node(3).term() == Term(6));
  cluster.heal();
  cluster.run(3s);
  REQUIRE(cluster.leader());
  EXPECT(cluster.node(3).standing().leader == ReplicaId(*cluster.leader()));
  REQUIRE(cluster.propose(*cluster.leader()));
  cluster.run(200ms);
  EXPECT(cluster.node(3).commit() == cluster.node(1).commit());
}

}  // namespace
}  // namespace usher::raft::test

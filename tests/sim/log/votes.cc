// Votes that make two leaders if whoever gave them forgets them, with its disk or with its memory.
#include "tests/sim/log/faults.h"

namespace usher::sim {

// A leader sleeps, and does not hear who is elected meanwhile; whoever has voted for that one comes
// back with an empty disk when it awakes. It must not count the newcomer before the others agree.
void Faults::forget_vote() {
  Replica* leader = cluster_->leader();
  if (!leader || cluster_->size() != 3 || !cluster_->may_lose_disk()) return;
  size_t sleeper = Replica::broker_of(leader->id());
  size_t voter = (sleeper + 1 + random_.below(2)) % 3;
  size_t elected = 3 - sleeper - voter;
  raft::ReplicaId one = leader->id();
  raft::ReplicaId other = cluster_->replica(elected).id();
  cluster_->links().cut(one, other);
  cluster_->links().cut(other, one);
  leader->freeze(random_.between(1200ms, 2500ms));
  cluster_->replica(voter).crash_after_sending(kVoteReply, [this, voter, cluster = cluster_] {
    if (healing_ || !cluster->may_lose_disk()) return;
    count(Fault::kForgottenVote);
    cluster->crash(voter, Ending::kKilled);
    cluster->replica(voter).lose_disk();
    later(1ms, 100ms, [&replica = cluster->replica(voter)] { replica.start(); });
  });
  later(4s, 6s, [cluster = cluster_, one, other] {
    cluster->links().heal(one);
    cluster->links().heal(other);
  });
}

// As forget_vote(), but the leader is awake, and leads on: its voter, started again, has forgotten
// that there is one, elects another, loses its disk, and comes back to the old one alone. A moment
// later it is with the new one alone.
void Faults::forget_vote_at_once() {
  Replica* leader = cluster_->leader();
  if (!leader || cluster_->size() != 3 || !cluster_->may_lose_disk()) return;
  size_t old = Replica::broker_of(leader->id());
  size_t voter = (old + 1 + random_.below(2)) % 3;
  size_t elected = 3 - old - voter;
  Cluster* cluster = cluster_;
  cluster->cut_off(old);
  cluster->crash(voter, Ending::kKilled);
  Replica& one = cluster->replica(voter);
  one.start();
  auto meet = [cluster, old, elected] {
    cluster->links().heal();
    cluster->cut_off(old);
    cluster->replica(elected).run([cluster, old, elected] {
      cluster->replica(elected).partition().connection_lost(cluster->replica(old).id());
    });
  };
  auto lose = [this, cluster, voter, old, elected, &one] {
    if (healing_ || !cluster->may_lose_disk()) return;
    count(Fault::kForgottenVote);
    cluster->crash(voter, Ending::kKilled);
    one.lose_disk();
    cluster->links().heal();
    cluster->cut_off(elected);
    later(1ms, 20ms, [&one] { one.start(); });
    later(150ms, 500ms, [cluster, old] {
      cluster->links().heal();
      cluster->cut_off(old);
    });
  };
  later(20ms, 60ms, [meet, lose, &one] {
    if (!one.is_up()) return;
    one.crash_after_sending(kVoteReply, lose);
    meet();
  });
  later(2s, 4s, [cluster] { cluster->links().heal(); });
}

// Two campaign in one term only if both were promised a vote before either asked for it, so it does
// not happen by itself. The leader has nothing new for a moment, so that each of the others is as
// good as it, and none is promised anything by the other.
void Faults::ask_twice() {
  Replica* leader = cluster_->leader();
  if (!leader || cluster_->size() != 3) return;
  size_t voter = Replica::broker_of(leader->id());
  for (uint64_t client = 1; client <= cluster_->clients(); ++client)
    cluster_->cut_client(ClientId(client), voter);
  later(20ms, 200ms, [this, cluster = cluster_, voter] {
    if (cluster->replica(voter).leads()) divide_vote(*cluster, voter);
    cluster->heal_clients();
  });
}

// It dies, and is back before the slow network brings it what the others ask. It dies again when it
// has voted for the first, and is back before the second asks.
void Faults::divide_vote(Cluster& cluster, size_t voter) {
  Replica& one = cluster.replica(voter);
  raft::ReplicaId a = cluster.replica((voter + 1) % 3).id();
  raft::ReplicaId b = cluster.replica((voter + 2) % 3).id();
  cluster.links().cut(a, b);
  cluster.links().cut(b, a);
  cluster.links().set_faults({.delay_min = 60ms, .delay_max = 150ms, .overtaking = true});
  cluster.crash(voter, Ending::kKilled);
  one.start();
  one.crash_after_sending(kVoteReply, [this, &cluster, &one, voter, ending = any_ending()] {
    if (healing_) return;
    Term voted = one.partition().node().term();
    cluster.crash(voter, ending);
    one.start();
    one.when_heard(kVoteRequest, 1, [this, &one, voted] {
      if (one.is_up() && one.partition().node().term() == voted) count(Fault::kAskedTwice);
    });
  });
  later(1s, 3s, [&cluster] {
    cluster.links().heal();
    cluster.links().set_faults({});
  });
}

}  // namespace usher::sim

// Everything at once, from a seed: loss, doubles, disorder, cuts, slow disks, crashes that forget
// what was not flushed, wiped disks, changes of membership, transfers, reads, snapshots. The
// checker looks on; at the end everything heals and the group has to come to one log.
#include <algorithm>
#include <array>

#include "tests/doctest.h"
#include "tests/unit/broker/raft/cluster.h"
#include "tests/unit/broker/raft/describe.h"

namespace usher::raft::test {
namespace {

struct Totals {
  uint64_t elections = 0;
  uint64_t batches = 0;
  uint64_t reads = 0;
  uint64_t crashes = 0;
  uint64_t cuts = 0;  // of logs
  uint64_t changes = 0;
  uint64_t transfers = 0;
  uint64_t snapshots = 0;
  uint64_t wipes = 0;
};

class Chaos {
 public:
  Chaos(uint64_t voters, uint64_t seed)
      : random_(seed), cluster_(options(voters, seed)), next_id_(voters + 1) {
    cluster_.trace = [this](const std::string& line) {
      if (line.find("cut to") != std::string::npos) ++totals_.cuts;
      if (line.find("restart at") != std::string::npos) ++totals_.snapshots;
    };
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      if (i % 64 == 0) cluster_.checker().logs_match(cluster_.replicas());
    }
  }

  // All that is broken is mended but for lost disks; one log must come of it.
  void heal() {
    cluster_.heal();
    for (auto& [id, replica] : cluster_.replicas())
      if (!replica.runs() && !replica.is_gone) cluster_.restart(id.value());
    for (int i = 0; i < 400 && !is_level(); ++i) {
      for (auto& [id, replica] : cluster_.replicas()) {
        if (replica.runs()) cluster_.apply(id.value(), replica.node->commit());
      }
      cluster_.run(30ms);
      if (auto leader = cluster_.leader(); leader && i % 100 == 10)
        static_cast<void>(cluster_.propose(*leader));
    }
    std::string states;
    for (const auto& [id, replica] : cluster_.replicas()) states += describe(replica) + "\n";
    REQUIRE_MESSAGE(is_level(), states);
    cluster_.checker().logs_match(cluster_.replicas());
  }

  Totals totals() {
    totals_.elections = cluster_.checker().elections();
    totals_.batches = cluster_.checker().truth().size();
    totals_.reads = cluster_.checker().reads();
    return totals_;
  }

 private:
  static ClusterOptions options(uint64_t voters, uint64_t seed) {
    ClusterOptions options;
    for (uint64_t id = 1; id <= voters; ++id) options.voters.push_back(id);
    options.seed = seed;
    options.node.window = {.messages_max = 4, .bytes_max = 1'000};
    options.node.replicate_bytes_max = 400;
    options.picks_at_once = false;
    options.applies_at_once = false;
    return options;
  }

  using Deed = void (Chaos::*)();
  struct Choice {
    uint64_t weight;
    Deed deed;
  };

  void step() {
    static constexpr std::array kChoices = {
        Choice{500, &Chaos::deliver},
        Choice{15, &Chaos::drop},
        Choice{6, &Chaos::call_election},
        Choice{20, &Chaos::duplicate},
        Choice{150, &Chaos::flush},
        Choice{150, &Chaos::pick},
        Choice{100, &Chaos::apply},
        Choice{40, &Chaos::pass_time},
        Choice{3, &Chaos::pass_much_time},
        Choice{100, &Chaos::propose},
        Choice{40, &Chaos::read},
        Choice{3, &Chaos::crash},
        Choice{20, &Chaos::restart},
        Choice{4, &Chaos::isolate},
        Choice{10, &Chaos::heal_cuts},
        Choice{3, &Chaos::transfer},
        Choice{8, &Chaos::change},
        Choice{12, &Chaos::move_log_start},
        Choice{20, &Chaos::carry_snapshots},
        Choice{3, &Chaos::lose_connection},
        Choice{1, &Chaos::wipe},
    };
    uint64_t sum = 0;
    for (const Choice& choice : kChoices) sum += choice.weight;
    uint64_t drawn = random_.below(sum);
    for (const Choice& choice : kChoices) {
      if (drawn < choice.weight) return (this->*choice.deed)();
      drawn -= choice.weight;
    }
  }

  Replica* any_running() {
    std::vector<Replica*> running;
    for (auto& [id, replica] : cluster_.replicas())
      if (replica.runs()) running.push_back(&replica);
    return running.empty() ? nullptr : running[random_.below(running.size())];
  }

  // Mostly in order; now and then from anywhere.
  size_t any_packet() {
    size_t size = cluster_.network().size();
    return random_.chance(3, 4) ? random_.below(std::min<size_t>(size, 3)) : random_.below(size);
  }

  Packet take(size_t index) {
    auto at = cluster_.network().begin() + static_cast<std::ptrdiff_t>(index);
    Packet packet = std::move(*at);
    cluster_.network().erase(at);
    return packet;
  }

  void deliver() {
    for (int i = 0; i < 3 && !cluster_.network().empty(); ++i) cluster_.deliver(take(any_packet()));
    while (cluster_.network().size() > 60) take(any_packet());
  }
  void drop() {
    if (!cluster_.network().empty()) take(any_packet());
  }
  void duplicate() {
    if (!cluster_.network().empty())
      cluster_.network().push_back(Packet(cluster_.network()[any_packet()]));
  }
  void flush() {
    if (Replica* replica = any_running())
      cluster_.flush(replica->id.value(), random_.between(1, 4));
  }
  void pick() {
    Replica* replica = any_running();
    if (!replica) return;
    if (random_.chance(1, 20))
      cluster_.refuse_pick(replica->id.value());
    else
      cluster_.pick(replica->id.value());
  }
  void apply() {
    if (Replica* replica = any_running())
      cluster_.apply(replica->id.value(), replica->node->commit());
  }
  void pass_time() { pass(random_.between(1ms, 25ms)); }
  void pass_much_time() { pass(random_.between(200ms, 1200ms)); }
  void pass(Duration duration) {
    cluster_.elapse(duration);
    for (auto& [id, replica] : cluster_.replicas())
      if (replica.runs() && replica.node->deadline() <= replica.clock) cluster_.tick(id.value());
  }

  // Where nobody leads, somebody's patience ends.
  void call_election() {
    if (cluster_.leader()) return;
    cluster_.elapse(500ms);
    if (Replica* replica = any_running()) cluster_.time_out(replica->id.value());
  }

  void propose() {
    Replica* replica = any_running();
    if (replica && replica->leads())
      static_cast<void>(cluster_.propose(replica->id.value(), random_.between(1, 3)));
  }
  void read() {
    Replica* replica = any_running();  // one that leads no more, perhaps, and does not know it
    if (replica && replica->leads()) static_cast<void>(cluster_.read(replica->id.value()));
  }
  void transfer() {
    Replica* to = any_running();
    auto leader = cluster_.leader();
    if (leader && to && cluster_.transfer(*leader, to->id.value())) ++totals_.transfers;
  }

  void crash() {
    Replica* replica = any_running();
    if (!replica) return;
    cluster_.crash(replica->id.value(), random_.below(3));
    ++totals_.crashes;
  }
  void restart() {
    for (auto& [id, replica] : cluster_.replicas())
      if (!replica.runs() && !replica.is_gone && random_.chance(1, 2)) cluster_.restart(id.value());
  }
  void isolate() {
    Replica* replica = any_running();
    if (!replica) return;
    cluster_.isolate(replica->id.value());
    // A leader that everybody left, and that does not know it for a while.
    if (!replica->leads() || random_.chance(1, 2)) return;
    for (auto& [id, other] : cluster_.replicas())
      if (other.runs() && id != replica->id)
        cluster_.lose_connection(id.value(), replica->id.value());
  }
  void heal_cuts() { cluster_.heal(); }
  void lose_connection() {
    auto leader = cluster_.leader();
    Replica* replica = any_running();
    if (leader && replica) cluster_.lose_connection(replica->id.value(), *leader);
  }

  void move_log_start() {
    Replica* replica = any_running();
    if (!replica) return;
    Offset safe = std::min(replica->node->applied(), replica->node->flushed());
    size_t batches = batches_before(replica->log, safe);
    if (batches < 4) return;
    const Batch& batch = replica->log[random_.below(batches)];
    if (batch.entry.end > replica->node->log().start().end)
      cluster_.move_log_start(replica->id.value(), batch.entry.end);
  }
  void carry_snapshots() {
    if (Replica* replica = any_running())
      cluster_.carry_snapshots(replica->id.value(), random_.chance(3, 4));
  }

  void change() {
    auto leader = cluster_.leader();
    if (!leader) return;
    const Membership& members = cluster_.node(*leader).memberships().in_force();
    for (ReplicaId learner : members.learners) {
      bool is_ready = cluster_.node(*leader).is_level(learner) && random_.chance(2, 3);
      if (is_ready && attempt(*leader, MembershipChange::Kind::kPromote, learner.value())) return;
    }
    for (ReplicaId voter : members.voters) {
      bool dispensable = cluster_.at(voter.value()).is_gone || members.voters.size() > 3;
      if (dispensable && random_.chance(1, 3) &&
          attempt(*leader, MembershipChange::Kind::kRemove, voter.value()))
        return;
    }
    add_learner(*leader, members);
  }
  void add_learner(uint64_t leader, const Membership& members) {
    for (auto& [id, replica] : cluster_.replicas())
      if (!replica.is_gone && !members.is_member(id) &&
          attempt(leader, MembershipChange::Kind::kAddLearner, id.value()))
        return;
    if (next_id_ <= 8) cluster_.start_empty(next_id_++);
  }
  bool attempt(uint64_t leader, MembershipChange::Kind kind, uint64_t member) {
    bool taken = cluster_.change(leader, kind, member).has_value();
    totals_.changes += taken;
    return taken;
  }

  // One lost disk a run; the others are enough to go on.
  void wipe() {
    Replica* replica = any_running();
    if (!replica || totals_.wipes > 0 || next_id_ > 8) return;
    cluster_.wipe(replica->id.value(), next_id_++);
    ++totals_.wipes;
  }

  bool is_level() {
    auto leader = cluster_.leader();
    if (!leader) return false;
    const Node& node = cluster_.node(*leader);
    if (node.commit() != node.log().end().end) return false;
    for (ReplicaId voter : node.memberships().in_force().voters) {
      const Replica& replica = cluster_.at(voter.value());
      if (!replica.is_gone && replica.node->commit() != node.commit()) return false;
    }
    return true;
  }

  Random random_;
  Cluster cluster_;
  uint64_t next_id_;
  Totals totals_;
};

void run_seeds(uint64_t voters, uint64_t seeds) {
  Totals sum;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    Chaos chaos(voters, seed);
    chaos.run(2'000);
    chaos.heal();
    Totals one = chaos.totals();
    sum.elections += one.elections;
    sum.batches += one.batches;
    sum.reads += one.reads;
    sum.crashes += one.crashes;
    sum.cuts += one.cuts;
    sum.changes += one.changes;
    sum.transfers += one.transfers;
    sum.snapshots += one.snapshots;
    sum.wipes += one.wipes;
  }
  DOCTEST_MESSAGE("elections ", sum.elections, ", batches ", sum.batches, ", reads ", sum.reads,
                  ", crashes ", sum.crashes, ", cuts ", sum.cuts, ", changes ", sum.changes,
                  ", transfers ", sum.transfers, ", snapshots ", sum.snapshots, ", wipes ",
                  sum.wipes);
  EXPECT(sum.elections > 2 * seeds);
  EXPECT(sum.batches > 10 * seeds);
  for (uint64_t count :
       {sum.reads, sum.crashes, sum.cuts, sum.changes, sum.transfers, sum.snapshots, sum.wipes})
    EXPECT(count > seeds / 10);
}

TEST_CASE("three replicas keep Raft's promises whatever happens to them") { run_seeds(3, 250); }

TEST_CASE("five replicas keep Raft's promises whatever happens to them") { run_seeds(5, 150); }

}  // namespace
}  // namespace usher::raft::test

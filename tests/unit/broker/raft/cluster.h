// A group of raft nodes in memory, each with a naive driver: a full log beside the core's term
// history, a journal whose writes are durable only when the test says so, and a network that the
// test delivers, drops, doubles and reorders by hand. A Checker looks at everything that happens.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "broker/raft/node.h"

#include "tests/unit/broker/raft/checker.h"
#include "tests/unit/broker/raft/replica.h"

namespace usher::raft::test {

struct Packet {
  Message message;
  std::vector<uint64_t> contents;  // of the entries of an AppendRequest
};

using Body = decltype(Message::body);

// A batch of records as some leader of `term` appended it.
inline Entry records(uint64_t term, uint64_t first, uint64_t end) {
  return {Term(term), Offset(first), Offset(end), EntryKind::kRecords, std::nullopt};
}
inline LogPosition position(uint64_t end, uint64_t term) { return {Offset(end), Term(term)}; }

struct ClusterOptions {
  std::vector<uint64_t> voters;
  uint64_t seed = 1;
  Options node = {};
  // Otherwise the test carries out orders, and says what is applied.
  bool picks_at_once = true;
  bool applies_at_once = true;
};

class Cluster {
 public:
  explicit Cluster(const ClusterOptions& options);

  Replica& at(uint64_t id) { return replicas_.at(ReplicaId(id)); }
  Node& node(uint64_t id) { return *at(id).node; }
  std::map<ReplicaId, Replica>& replicas() { return replicas_; }
  std::vector<Packet>& network() { return network_; }
  Checker& checker() { return checker_; }
  // Lines on all that nodes ask for and hear; nothing where no test listens.
  std::function<void(const std::string&)> trace;

  // --- time: every replica has its own clock ---
  void elapse(Duration duration);
  void tick(uint64_t id);
  // Moves the replica's clock to its deadline, and no other.
  void time_out(uint64_t id);
  // Time goes on for all, in steps, with ticks where they are due, messages and flushes.
  void run(Duration duration);

  // --- network ---
  void deliver(Packet packet);
  // A message that the test made up.
  void hear(uint64_t from, uint64_t to, uint64_t term, Body body);
  // The last message of this kind on its way between the two.
  template <class Kind>
  const Kind* on_its_way(uint64_t from, uint64_t to) const {
    const Kind* found = nullptr;
    for (const Packet& packet : network_)
      if (packet.message.from == ReplicaId(from) && packet.message.to == ReplicaId(to))
        if (const Kind* body = std::get_if<Kind>(&packet.message.body)) found = body;
    return found;
  }
  // What is on its way now, in order, from `from` to `to`; 0 is anybody.
  size_t deliver_all(uint64_t from = 0, uint64_t to = 0);
  size_t drop_all(uint64_t from = 0, uint64_t to = 0);
  void cut(uint64_t a, uint64_t b);
  void isolate(uint64_t id);
  void heal() { cuts_.clear(); }
  void lose_connection(uint64_t id, uint64_t peer);
  // Delivers, flushes, picks and carries until nothing is left to do; no time passes.
  void settle();

  // --- storage ---
  void flush(uint64_t id, size_t writes = SIZE_MAX);
  void pick(uint64_t id);
  void refuse_pick(uint64_t id);
  void apply(uint64_t id, Offset end);
  void move_log_start(uint64_t id, Offset start);
  void carry_snapshots(uint64_t id, bool succeeds = true);
  // Writes not flushed are forgotten, but for the first few, which reached the disk unreported.
  void crash(uint64_t id, size_t survivors = 0);
  void restart(uint64_t id);
  // An empty disk under a new id; the old replica is gone for ever.
  void wipe(uint64_t id, uint64_t as);
  void start_empty(uint64_t id);

  // --- clients ---
  Result<void> propose(uint64_t id, uint64_t records = 1);
  Result<void> change(uint64_t id, MembershipChange::Kind kind, uint64_t member);
  Result<void> transfer(uint64_t id, uint64_t to);
  Result<ReadNumber> read(uint64_t id);
  // Times out, and settles until it leads.
  void elect(uint64_t id);
  std::optional<uint64_t> leader();

 private:
  void start(Replica& replica);
  void perform(Replica& replica, Actions actions, const Packet* source = nullptr);
  void perform_write(Replica& replica, const Write& write, const Packet* source);
  void perform_commit(Replica& replica, Offset commit);
  void install(Replica& from, Replica& to, LogPosition at);
  void send(Replica& replica, Message message);
  void carry_out(Replica& replica, const Replicate& order);
  void say(const Replica& replica, const std::function<std::string()>& line);

  ClusterOptions options_;
  Random random_;
  Checker checker_;
  std::map<ReplicaId, Replica> replicas_;
  std::vector<Packet> network_;
  std::set<std::pair<ReplicaId, ReplicaId>> cuts_;
  Log installed_log_;  // beside the snapshot that is being installed
  Membership installed_members_;
  MonotonicTime now_;
  uint64_t last_content_ = 0;
};

}  // namespace usher::raft::test

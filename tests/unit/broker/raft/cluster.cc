#include "tests/unit/broker/raft/cluster.h"

#include <algorithm>
#include <utility>

#include "proto/base/check.h"

#include "tests/doctest.h"
#include "tests/unit/broker/raft/describe.h"

namespace usher::raft::test {
namespace {

constexpr uint64_t kBytesPerRecord = 100;

std::vector<ReplicaId> ids_of(const std::vector<uint64_t>& numbers) {
  std::vector<ReplicaId> ids;
  for (uint64_t number : numbers) ids.push_back(ReplicaId(number));
  return ids;
}

bool goes(const Packet& packet, uint64_t from, uint64_t to) {
  return (from == 0 || packet.message.from.value() == from) &&
         (to == 0 || packet.message.to.value() == to);
}

Log prefix(const Log& log, Offset end) {
  return {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(batches_before(log, end))};
}

// The content of the entry as it came in the message; none for what this replica forms itself.
std::optional<uint64_t> content_of(const Packet* source, const Entry& entry) {
  const auto* request = source ? std::get_if<AppendRequest>(&source->message.body) : nullptr;
  if (!request) return std::nullopt;
  for (size_t i = 0; i < request->entries.size(); ++i)
    if (request->entries[i] == entry) return source->contents[i];
  return std::nullopt;
}

void to_disk(Disk& disk, const Journaled& journaled) {
  const Write& write = journaled.write;
  if (write.hard_state) disk.hard_state = *write.hard_state;
  if (write.truncate_to) disk.log = prefix(disk.log, *write.truncate_to);
  if (write.restart_at) {
    disk.log = journaled.restarted;
    disk.start = *write.restart_at;
    disk.first = journaled.members;
    disk.commit = write.restart_at->end;
  }
  disk.log.insert(disk.log.end(), journaled.batches.begin(), journaled.batches.end());
  disk.commit = std::max(disk.commit, journaled.commit);
}

}  // namespace

Cluster::Cluster(const ClusterOptions& options)
    : options_(options), random_(options.seed), now_(1s) {
  for (ReplicaId id : ids_of(options.voters)) {
    Replica& replica = replicas_[id];
    replica.id = id;
    replica.clock = now_;
    replica.disk.first = Membership{ids_of(options.voters), {}};
    start(replica);
  }
}

void Cluster::start(Replica& replica) {
  const Disk& disk = replica.disk;
  Restored restored{disk.hard_state, TermHistory(disk.start), MembershipHistory(disk.first),
                    disk.commit, options_.applies_at_once ? disk.commit : disk.start.end};
  for (const Batch& batch : disk.log) {
    if (batch.entry.end <= disk.start.end) continue;
    restored.terms.append(batch.entry.position());
    if (batch.entry.membership)
      restored.memberships.append(batch.entry.first, *batch.entry.membership);
  }
  replica.log = disk.log;
  Random stream = random_.stream(std::to_string(replica.id.value()) + "/" +
                                 std::to_string(replica.clock.since_start().count()));
  replica.node =
      std::make_unique<Node>(replica.id, options_.node, std::move(restored), stream, replica.clock);
}

// --- time ---

void Cluster::elapse(Duration duration) {
  now_ = now_ + duration;
  for (auto& [id, replica] : replicas_) replica.clock = replica.clock + duration;
}

void Cluster::tick(uint64_t id) {
  Replica& replica = at(id);
  perform(replica, replica.node->tick(replica.clock));
}

void Cluster::time_out(uint64_t id) {
  Replica& replica = at(id);
  replica.clock = std::max(replica.clock, replica.node->deadline());
  tick(id);
}

void Cluster::run(Duration duration) {
  constexpr Duration kStep = 10ms;
  for (Duration passed{0}; passed < duration; passed += kStep) {
    elapse(kStep);
    for (auto& [id, replica] : replicas_)
      if (replica.runs() && replica.node->deadline() <= replica.clock) tick(id.value());
    settle();
  }
}

// --- network ---

void Cluster::deliver(Packet packet) {
  Replica& replica = replicas_.at(packet.message.to);
  if (!replica.runs()) return;
  say(replica, [&] { return "hears " + describe(packet.message); });
  perform(replica, replica.node->step(packet.message, replica.clock), &packet);
}

void Cluster::hear(uint64_t from, uint64_t to, uint64_t term, Body body) {
  Packet packet{{ReplicaId(from), ReplicaId(to), Term(term), std::move(body)}, {}};
  if (const auto* request = std::get_if<AppendRequest>(&packet.message.body))
    for (const Entry& entry : request->entries)
      packet.contents.push_back((entry.term.value() << 40) + entry.first.value());
  deliver(std::move(packet));
}

size_t Cluster::deliver_all(uint64_t from, uint64_t to) {
  std::vector<Packet> now = std::exchange(network_, {});
  std::vector<Packet> later;
  size_t delivered = 0;
  for (Packet& packet : now) {
    if (goes(packet, from, to)) {
      deliver(std::move(packet));
      ++delivered;
    } else {
      later.push_back(std::move(packet));
    }
  }
  network_.insert(network_.begin(), later.begin(), later.end());
  return delivered;
}

size_t Cluster::drop_all(uint64_t from, uint64_t to) {
  return std::erase_if(network_, [&](const Packet& packet) { return goes(packet, from, to); });
}

void Cluster::cut(uint64_t a, uint64_t b) {
  cuts_.emplace(ReplicaId(a), ReplicaId(b));
  cuts_.emplace(ReplicaId(b), ReplicaId(a));
}

void Cluster::isolate(uint64_t id) {
  for (const auto& [other, replica] : replicas_)
    if (other.value() != id) cut(id, other.value());
}

void Cluster::lose_connection(uint64_t id, uint64_t peer) {
  Replica& replica = at(id);
  perform(replica, replica.node->connection_lost(ReplicaId(peer), replica.clock));
}

void Cluster::settle() {
  for (int round = 0; round < 10'000; ++round) {
    bool worked = deliver_all() > 0;
    for (auto& [id, replica] : replicas_) {
      if (!replica.runs()) continue;
      worked |= !replica.journal.empty() || !replica.orders.empty();
      flush(id.value());
      pick(id.value());
      carry_snapshots(id.value());
    }
    if (!worked) return;
  }
  FAIL("the group does not come to rest");
}

// --- storage ---

void Cluster::flush(uint64_t id, size_t writes) {
  Replica& replica = at(id);
  writes = std::min(writes, replica.journal.size());
  if (writes == 0) return;
  WriteNumber last;
  for (size_t i = 0; i < writes; ++i) {
    to_disk(replica.disk, replica.journal.front());
    last = replica.journal.front().write.number;
    replica.journal.pop_front();
  }
  perform(replica, replica.node->durable(last, replica.clock));
}

void Cluster::pick(uint64_t id) {
  Replica& replica = at(id);
  for (const Replicate& order : std::exchange(replica.orders, {})) carry_out(replica, order);
}

void Cluster::refuse_pick(uint64_t id) {
  Replica& replica = at(id);
  for (const Replicate& order : std::exchange(replica.orders, {}))
    perform(replica, replica.node->not_picked(order, replica.clock));
}

// Whatever lies there now, as a slow read would find it: at least a batch, and no more than fits.
void Cluster::carry_out(Replica& replica, const Replicate& order) {
  Picked picked;
  for (size_t i = batches_before(replica.log, order.prev.end); i < replica.log.size(); ++i) {
    const Entry& entry = replica.log[i].entry;
    uint64_t bytes = (entry.end - entry.first) * kBytesPerRecord;
    if (!picked.entries.empty() && picked.bytes + bytes > order.bytes_max) break;
    picked.bytes += bytes;
    picked.entries.push_back(entry);
  }
  bool found = !picked.entries.empty() && picked.entries.front().first == order.prev.end;
  perform(replica, found ? replica.node->picked(order, std::move(picked), replica.clock)
                         : replica.node->not_picked(order, replica.clock));
}

void Cluster::apply(uint64_t id, Offset end) { at(id).node->applied(end); }

void Cluster::move_log_start(uint64_t id, Offset start) {
  Replica& replica = at(id);
  CHECK(start <= replica.node->flushed(), "a driver keeps what its journal has not flushed");
  replica.disk.first = Membership(replica.node->memberships().before(start));
  replica.disk.start = {start, replica.node->log().term_before(start)};
  replica.disk.commit = std::max(replica.disk.commit, start);
  replica.node->log_start_moved(start);
}

void Cluster::carry_snapshots(uint64_t id, bool succeeds) {
  Replica& from = at(id);
  for (const SendSnapshot& order : std::exchange(from.snapshot_orders, {})) {
    Replica& to = replicas_.at(order.to);
    if (!succeeds || !to.runs() || cuts_.contains({from.id, to.id})) {
      perform(from, from.node->snapshot_failed(order, from.clock));
      continue;
    }
    LogPosition position{from.node->commit(), from.node->log().term_before(from.node->commit())};
    install(from, to, position);
    perform(from, from.node->snapshot_sent(order, position, from.clock));
  }
}

void Cluster::install(Replica& from, Replica& to, LogPosition at_position) {
  say(to, [&] { return "installs a snapshot at " + describe(at_position); });
  installed_log_ = prefix(from.log, at_position.end);
  installed_members_ = from.node->memberships().before(at_position.end);
  perform(to, to.node->install({at_position, installed_members_}, to.clock));
}

void Cluster::crash(uint64_t id, size_t survivors) {
  Replica& replica = at(id);
  for (size_t i = 0; i < std::min(survivors, replica.journal.size()); ++i)
    to_disk(replica.disk, replica.journal[i]);
  replica.node.reset();
  replica.journal.clear();
  replica.orders.clear();
  replica.snapshot_orders.clear();
  replica.log = replica.disk.log;
  checker_.crashed(replica);
}

void Cluster::restart(uint64_t id) { start(at(id)); }

void Cluster::wipe(uint64_t id, uint64_t as) {
  if (at(id).runs()) crash(id);
  at(id).is_gone = true;
  start_empty(as);
}

void Cluster::start_empty(uint64_t id) {
  Replica& replica = replicas_[ReplicaId(id)];
  CHECK(!replica.runs() && replica.log.empty(), "an incarnation is used once");
  replica.id = ReplicaId(id);
  replica.clock = now_;
  start(replica);
}

// --- clients ---

Result<void> Cluster::propose(uint64_t id, uint64_t records) {
  Replica& replica = at(id);
  TRY_ASSIGN(Actions actions, replica.node->propose(records, replica.clock));
  perform(replica, std::move(actions));
  return {};
}

Result<void> Cluster::change(uint64_t id, MembershipChange::Kind kind, uint64_t member) {
  Replica& replica = at(id);
  TRY_ASSIGN(Actions actions,
             replica.node->change_membership({kind, ReplicaId(member)}, replica.clock));
  perform(replica, std::move(actions));
  return {};
}

Result<void> Cluster::transfer(uint64_t id, uint64_t to) {
  Replica& replica = at(id);
  TRY_ASSIGN(Actions actions, replica.node->transfer_leadership(ReplicaId(to), replica.clock));
  perform(replica, std::move(actions));
  return {};
}

Result<ReadNumber> Cluster::read(uint64_t id) {
  Replica& replica = at(id);
  TRY_ASSIGN(ReadAsked asked, replica.node->read(replica.clock));
  checker_.read_asked(replica, asked.number);
  perform(replica, std::move(asked.actions));
  return asked.number;
}

void Cluster::elect(uint64_t id) {
  elapse(options_.node.election_timeout_max);
  time_out(id);
  settle();
  REQUIRE(at(id).leads());
}

std::optional<uint64_t> Cluster::leader() {
  std::optional<uint64_t> found;
  Term term;
  for (const auto& [id, replica] : replicas_) {
    if (!replica.leads() || replica.node->term() < term) continue;
    found = id.value();
    term = replica.node->term();
  }
  return found;
}

// --- a driver ---

void Cluster::perform(Replica& replica, Actions actions, const Packet* source) {
  if (actions.write) perform_write(replica, *actions.write, source);
  if (actions.standing) say(replica, [&] { return describe(*actions.standing); });
  if (actions.standing && actions.standing->role == Role::kLeader) checker_.became_leader(replica);
  for (Message& message : actions.send) send(replica, std::move(message));
  for (const Replicate& order : actions.replicate) replica.orders.push_back(order);
  for (const SendSnapshot& order : actions.snapshots) replica.snapshot_orders.push_back(order);
  if (actions.commit) perform_commit(replica, *actions.commit);
  for (const ReadDone& done : actions.reads) {
    say(replica, [&] { return describe(done); });
    checker_.read_done(replica, done);
    replica.reads.push_back(done);
  }
  if (options_.picks_at_once) pick(replica.id.value());
}

void Cluster::perform_write(Replica& replica, const Write& write, const Packet* source) {
  say(replica, [&] { return describe(write); });
  checker_.wrote(replica, write);
  Journaled journaled{write, {}, {}, {}, {}};
  if (write.restart_at) {
    replica.log = journaled.restarted = installed_log_;
    journaled.members = installed_members_;
  }
  if (write.truncate_to) replica.log = prefix(replica.log, *write.truncate_to);
  for (const Entry& entry : write.append) {
    std::optional<uint64_t> content = content_of(source, entry);
    journaled.batches.push_back({entry, content ? *content : ++last_content_});
    replica.log.push_back(journaled.batches.back());
  }
  replica.journal.push_back(std::move(journaled));
  checker_.knows_its_log(replica);
}

void Cluster::perform_commit(Replica& replica, Offset commit) {
  say(replica, [&] { return "commits " + std::to_string(commit.value()); });
  checker_.committed(replica, replicas_);
  (replica.journal.empty() ? replica.disk.commit : replica.journal.back().commit) = commit;
  if (options_.applies_at_once) replica.node->applied(commit);
}

void Cluster::send(Replica& replica, Message message) {
  checker_.sent(replica, message);
  if (cuts_.contains({message.from, message.to})) return;
  say(replica, [&] { return "sends " + describe(message); });
  Packet packet{std::move(message), {}};
  if (const auto* request = std::get_if<AppendRequest>(&packet.message.body))
    for (const Entry& entry : request->entries) {
      const Batch& batch = replica.log[batches_before(replica.log, entry.first)];
      CHECK(batch.entry == entry, "only what the log holds is sent");
      packet.contents.push_back(batch.content);
    }
  network_.push_back(std::move(packet));
}

void Cluster::say(const Replica& replica, const std::function<std::string()>& line) {
  if (trace) trace(std::to_string(replica.id.value()) + " " + line());
}

}  // namespace usher::raft::test

#include "tests/sim/log/cluster.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/sim/log/checks/stays_bounded.h"
#include "tests/sim/log/client.h"

namespace usher::sim {
namespace {

constexpr Duration kCompareEvery = 250ms;
constexpr auto kTimeMayBeOff = 2s;

}  // namespace

Cluster::Cluster(SimLoop& loop, Witness& witness, SpaceId space, const Temper& temper,
                 Random random)
    : loop_(loop),
      witness_(witness),
      space_(space),
      random_(random.stream("cluster")),
      links_(world_, random.stream("links")) {
  raft::Membership membership;
  for (uint64_t id = 1; id <= temper.brokers; ++id) membership.voters.emplace_back(id);
  for (size_t broker = 0; broker < temper.brokers; ++broker) {
    replicas_.push_back(std::make_unique<Replica>(
        loop_, links_,
        Replica::Options{
            .broker = broker, .space = space, .founded_with = membership, .temper = temper},
        random.stream(fmt::format("replica {}", broker)), *this));
    replicas_.back()->start();
  }
  compare_clocks();
}

Replica* Cluster::leader() {
  Replica* leader = nullptr;
  for (auto& replica : replicas_)
    if (replica->leads() &&
        (!leader || replica->partition().node().term() > leader->partition().node().term()))
      leader = replica.get();
  return leader;
}

size_t Cluster::ask_where(Random& random) {
  Replica* known = leader();
  if (known && random.chance(9, 10))
    for (size_t i = 0; i < replicas_.size(); ++i)
      if (replicas_[i].get() == known) return i;
  return random.below(size());
}

// --- clients ---

// The answer's way back.
template <class T>
std::move_only_function<void(T)> Cluster::answer_to(ClientId client, size_t at,
                                                    std::move_only_function<void(T)> answer) {
  return [this, client, at, answer = std::move(answer)](T result) mutable {
    world_.after(way(), [this, client, at, answer = std::move(answer),
                         result = std::move(result)]() mutable {
      if (!is_cut(client, at)) answer(std::move(result));
    });
  };
}

void Cluster::append(ClientId client, size_t at, wire::Batch batch,
                     partition::Partition::Answer answer) {
  world_.after(way(), [this, client, at, batch = std::move(batch),
                       answer = answer_to(client, at, std::move(answer))]() mutable {
    if (is_cut(client, at)) return;
    Replica& replica = *replicas_[at];
    replica.run([&replica, batch = std::move(batch), answer = std::move(answer)]() mutable {
      replica.partition().append(batch, std::move(answer));
    });
  });
}

void Cluster::fetch(ClientId client, size_t at, partition::FetchRequest request, Fetched fetched) {
  world_.after(way(), [this, client, at, request,
                       fetched = answer_to(client, at, std::move(fetched))]() mutable {
    if (is_cut(client, at)) return;
    Replica& replica = *replicas_[at];
    replica.run([&replica, request, fetched = std::move(fetched)]() mutable {
      replica.partition().fetch(request, std::move(fetched));
    });
  });
}

std::vector<wire::Batch> Cluster::read_all(size_t at) {
  partition::Partition& partition = replicas_[at]->partition();
  std::vector<wire::Batch> log;
  Offset from;
  for (const wire::Batch& batch : archive_) {
    if (from >= partition.log_start()) break;
    from = batch.header().end_offset();
    log.push_back(batch);
  }
  while (from < partition.node().commit()) {
    std::optional<Result<partition::FetchAnswer>> answer;
    partition.fetch({.from = from, .continues = {}, .topics = {}, .bytes_max = UINT64_MAX},
                    [&](Result<partition::FetchAnswer> got) { answer = std::move(got); });
    if (!loop_.run_until([&] { return answer.has_value(); }, 10s))
      return witness_.violate("a fetch that was not answered"), log;
    if (!*answer) return witness_.violate(answer->error().text()), log;
    log.insert(log.end(), (*answer)->batches.begin(), (*answer)->batches.end());
    from = (*answer)->scanned;
  }
  return log;
}

void Cluster::forget(Offset limit, Random& random) {
  log::RetentionRules everything;
  for (TopicId topic : {kInputs, kOutputs, kLinked})
    everything.topics[topic] = {.age_max = {}, .bytes_max = 0};
  for (auto& replica : replicas_)
    if (replica->is_up() && random.chance(2, 3)) replica->partition().retain(everything, limit);
}

// --- faults ---

void Cluster::crash(size_t broker, Ending ending) {
  Replica& replica = *replicas_[broker];
  if (!replica.is_up()) return replica.crash(ending);
  raft::ReplicaId id = replica.id();
  replica.crash(ending);
  // The kernel of a killed process resets its connections; without power nobody says anything.
  if (ending != Ending::kKilled) return;
  for (auto& peer : replicas_)
    world_.after(way(), [&peer = *peer, id] {
      peer.run([&peer, id] { peer.partition().connection_lost(id); });
    });
}

void Cluster::cut_off(size_t broker) {
  raft::ReplicaId one = replicas_[broker]->id();
  for (auto& peer : replicas_) {
    links_.cut(one, peer->id());
    links_.cut(peer->id(), one);
  }
}

bool Cluster::may_lose_disk() {
  Replica* leading = leader();
  if (!leading) return false;
  const raft::Node& node = leading->partition().node();
  std::vector<raft::ReplicaId> now;
  for (auto& replica : replicas_) {
    if (!replica->is_intact()) return false;
    now.push_back(replica->id());
  }
  std::ranges::sort(now);
  const raft::MembershipHistory& members = node.memberships();
  return members.is_settled(node.commit()) && members.in_force().voters == now;
}

void Cluster::on_stopped(size_t broker) {
  // Not inside the call that says so.
  world_.post([this, broker] { crash(broker, Ending::kKilled); });
  world_.after(random_.between(10ms, 1s), [this, broker] { replicas_[broker]->start(); });
}

// --- clocks: as heartbeats between each two brokers compare them ---

void Cluster::compare_clocks() {
  world_.after(kCompareEvery, [this] {
    for (size_t broker = 0; broker < size(); ++broker)
      for (size_t peer = 0; peer < size(); ++peer)
        if (broker != peer) ask_clock(broker, peer);
    compare_clocks();
  });
}

void Cluster::ask_clock(size_t broker, size_t peer) {
  if (!replicas_[broker]->is_up()) return;
  MonotonicTime asked = loop_.now();
  raft::ReplicaId asker = replicas_[broker]->id();
  Duration there = links_.draw_delay();
  Duration back = links_.draw_delay();
  world_.after(there, [this, broker, peer, asker, asked, back] {
    replicas_[peer]->run([this, broker, peer, asker, asked, back] {
      if (links_.is_cut(asker, replicas_[peer]->id())) return;
      WallTime theirs = replicas_[peer]->scheduler().clock().wall();
      world_.after(back, [this, broker, peer, asker, asked, theirs] {
        if (links_.is_cut(replicas_[peer]->id(), asker)) return;
        replicas_[broker]->run([this, broker, peer, asked, theirs] {
          replicas_[broker]->clocks().compare(BrokerId(static_cast<uint32_t>(peer + 1)), asked,
                                              theirs, loop_.now());
        });
      });
    });
  });
}

// One broken clock must not move the log's time away from the world's. It may have been believed
// for as long as the others' answers took to tell.
void Cluster::check_time(WallTime time) {
  auto ahead = time - world_.clock().wall();
  if (ahead > kTimeMayBeOff)
    witness_.violate(
        fmt::format("time: the log is {} ms ahead of the world",
                    std::chrono::duration_cast<std::chrono::milliseconds>(ahead).count()));
}

// --- what the replicas tell ---

std::vector<partition::Incarnations> Cluster::incarnations(raft::ReplicaId as_heard_by) {
  std::vector<partition::Incarnations> heard;
  for (auto& replica : replicas_)
    if (replica->is_up() && !links_.is_cut(replica->id(), as_heard_by))
      heard.push_back(replica->incarnations());
  return heard;
}

void Cluster::on_moved(const Replica& replica) {
  if (std::string found = stays_bounded(replica, links_); !found.empty()) witness_.violate(found);
}

void Cluster::on_snapshot(raft::ReplicaId id) {
  ++snapshots_;
  witness_.trace(fmt::format("replica {} goes on from a snapshot", id.value()));
}

void Cluster::on_damage_unexplained(raft::ReplicaId id, const Error& why) {
  witness_.violate(
      fmt::format("replica {} finds damage that nobody did: {}", id.value(), why.text()));
}

void Cluster::on_leads(raft::ReplicaId id, Term term) {
  witness_.trace(fmt::format("replica {} leads in term {}", id.value(), term.value()));
  auto [leader, first] = leaders_.emplace(term, id);
  if (!first && leader->second != id)
    witness_.violate(fmt::format("one leader: replicas {} and {} lead in term {}",
                                 leader->second.value(), id.value(), term.value()));
  if (when_led_) when_led_(Replica::broker_of(id));
}

void Cluster::archive(const partition::Partition& partition) {
  Offset end = archive_.empty() ? Offset(0) : archive_.back().header().end_offset();
  if (end < partition.tail().start()) return;  // whoever committed it first had it
  partition.tail().each(end, partition.node().commit(), [&](const wire::Batch& batch) {
    archive_.push_back(batch);
    return true;
  });
}

// Replicas agree: one chain at every committed offset, whoever commits it, whenever.
void Cluster::on_commit(raft::ReplicaId id, const partition::Partition& partition) {
  Offset commit = partition.node().commit();
  const wire::Chain& chain = partition.at_commit().chain();
  if (partition.at_commit().end() != commit) return;  // still being applied
  witness_.trace(fmt::format("replica {} commits {}", id.value(), commit.value()));
  check_time(partition.at_commit().last_time());
  archive(partition);
  auto [known, first] = committed_.emplace(commit, chain);
  if (!first && known->second != chain)
    witness_.violate(
        fmt::format("replicas agree: replica {} committed another batch before offset {}",
                    id.value(), commit.value()));
}

}  // namespace usher::sim

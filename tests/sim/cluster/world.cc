#include "tests/sim/cluster/world.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "broker/server/system_log.h"
#include "proto/wire/batch_builder.h"

namespace usher::clusters {
namespace {

constexpr Duration kLookEvery = 10ms;
constexpr Duration kMendMax = 30s;
constexpr uint16_t kPort = 7100;

std::string name_of(PartitionKey key) {
  return fmt::format("{}/{}", key.space.value(), key.partition.value());
}

}  // namespace

World::World(const Temper& temper, uint64_t seed)
    : temper_(temper),
      brokers_(temper.brokers, {.segment_bytes = temper.segment_bytes,
                                .journal_file_bytes = temper.journal_file_bytes,
                                .seed = seed}),
      scheduler_(brokers_.loop()),
      witness_(brokers_.loop()) {
  if (temper.late > Duration::zero()) {
    kill(temper.brokers, true);
    scheduler_.after(temper.late, [this] { start(size()); });
  }
  look_again();
}

std::vector<net::Endpoint> World::endpoints() const {
  std::vector<net::Endpoint> all;
  for (size_t number = 1; number <= size(); ++number)
    all.push_back({.host = host_of(number), .port = kPort});
  return all;
}

void World::start(size_t number) {
  if (machine(number).is_up()) return;
  witness_.trace(fmt::format("broker {} starts", number));
  machine(number).start();
}

void World::kill(size_t number, bool power_lost) {
  if (machine(number).is_up()) machine(number).kill();
  if (power_lost) machine(number).platter().crash();
}

// --- looking on ---

const controller::ClusterState* World::newest_state() {
  const controller::ClusterState* newest = nullptr;
  for (size_t number = 1; number <= size(); ++number) {
    if (!machine(number).is_up()) continue;
    const controller::ClusterState& state = machine(number).broker().state();
    if (!newest || state.end() > newest->end()) newest = &state;
  }
  return newest;
}

std::vector<PartitionKey> World::partitions() {
  std::vector<PartitionKey> all{server::kSystemKey};
  if (const controller::ClusterState* state = newest_state())
    for (const auto& [id, space] : state->spaces())
      for (uint32_t i = 0; i < space.info.partitions.size(); ++i)
        all.push_back({id, PartitionId(i)});
  return all;
}

const partition::Partition* World::replica(size_t number, PartitionKey key) {
  return number != 0 && machine(number).is_up() ? machine(number).broker().replicas().find(key)
                                                : nullptr;
}

size_t World::leader_of(PartitionKey key) {
  size_t leader = 0;
  Term term;
  for (size_t number = 1; number <= size(); ++number) {
    const partition::Partition* here = replica(number, key);
    if (!here || here->node().standing().role != raft::Role::kLeader) continue;
    if (leader == 0 || here->node().term() > term) {
      leader = number;
      term = here->node().term();
    }
  }
  return leader;
}

bool World::may_lose_disk() {
  const controller::ClusterState* state = newest_state();
  if (!state || state->brokers().size() < size()) return false;
  for (PartitionKey key : partitions()) {
    const partition::Partition* leading = replica(leader_of(key), key);
    if (!leading) return false;
    const raft::MembershipHistory& members = leading->node().memberships();
    if (!members.is_settled(leading->node().commit()) || !members.in_force().learners.empty())
      return false;
    // Of each voter the broker is up, and has that very disk.
    for (raft::ReplicaId voter : members.in_force().voters) {
      size_t number = server::broker_of(voter).value();
      const partition::Partition* here = replica(number, key);
      if (!here || here->node().self() != voter) return false;
    }
  }
  return true;
}

std::string World::why_not_ready() {
  for (size_t number = 1; number <= size(); ++number) {
    if (!machine(number).is_up()) return fmt::format("broker {} is down", number);
    std::string why = machine(number).broker().why_not_ready();
    if (!why.empty()) return fmt::format("broker {}: {}", number, why);
  }
  return {};
}

std::string World::why_not_level() {
  if (std::string why = why_not_ready(); !why.empty()) return why;
  for (size_t number = 1; number <= size(); ++number)
    if (machine(number).broker().state().end() != newest_state()->end())
      return fmt::format("broker {} has an old state", number);
  for (PartitionKey key : partitions())
    if (std::string why = why_not_level(key); !why.empty())
      return fmt::format("partition {}: {}", name_of(key), why);
  return {};
}

std::string World::why_not_level(PartitionKey key) {
  size_t leader = leader_of(key);
  if (leader == 0) return "nobody leads";
  const partition::Partition& leading = *replica(leader, key);
  const controller::ClusterState& state = *newest_state();
  std::vector<BrokerId> placed;
  if (auto space = state.spaces().find(key.space); space != state.spaces().end()) {
    placed = space->second.info.partitions[key.partition.value()].replicas;
    if (placed.front() != BrokerId(static_cast<uint32_t>(leader)))
      return fmt::format("broker {} leads, and not broker {}", leader, placed.front().value());
  } else {
    for (const auto& [id, broker] : state.brokers()) placed.push_back(id);
  }
  const raft::Membership& members = leading.node().memberships().in_force();
  if (!members.learners.empty() || members.voters.size() != placed.size())
    return "its members are not those that it was placed with";
  for (BrokerId broker : placed) {
    const partition::Partition* here = replica(broker.value(), key);
    if (!here || !members.is_voter(here->node().self()))
      return fmt::format("broker {} does not count", broker.value());
    if (here->node().commit() != leading.tail().end())
      return fmt::format("broker {} commits {} of {}", broker.value(),
                         here->node().commit().value(), leading.tail().end().value());
  }
  return {};
}

Offset World::end_of(PartitionKey key) {
  const partition::Partition* leading = replica(leader_of(key), key);
  return leading ? leading->tail().end() : Offset(0);
}

Offset World::start_of(size_t number, PartitionKey key) {
  return replica(number, key)->log_start();
}

std::string World::why_not_owned(PartitionKey key, const controller::App& app,
                                 std::optional<Offset> last) {
  const controller::Task& task = app.tasks[key.partition.value()];
  if (!app.members.contains(task.owner)) return fmt::format("nobody owns {}", name_of(key));
  const partition::AppState* state = replica(leader_of(key), key)->at_commit().app(app.info.id);
  if (!state || state->claim.epoch != task.epoch)
    return fmt::format("the task of {} is not claimed", name_of(key));
  if (last && state->position <= *last)
    return fmt::format("the app has read {} up to {}, and not {}", name_of(key),
                       state->position.value(), last->value());
  return {};
}

void World::look_again() {
  scheduler_.after(kLookEvery, [this] {
    for (size_t number = 1; number <= size(); ++number) {
      if (!machine(number).is_up()) continue;
      if (const auto& lost = machine(number).lost())
        witness_.violate(
            fmt::format("broker {} finds damage that nobody did: {}", number, lost->text()));
      machine(number).broker().replicas().each(
          [&](PartitionKey key, const partition::Partition& partition) {
            look_at(number, key, partition);
          });
    }
    look_again();
  });
}

void World::look_at(size_t number, PartitionKey key, const partition::Partition& partition) {
  const raft::Node& node = partition.node();
  if (node.standing().role == raft::Role::kLeader) {
    auto [leader, first] = leaders_.emplace(std::pair(key, node.term()), number);
    if (first) {
      ++leaders_seen_;
      witness_.trace(
          fmt::format("broker {} leads {} in term {}", number, name_of(key), node.term().value()));
    } else if (leader->second != number) {
      witness_.violate(fmt::format("one leader: brokers {} and {} lead {} in term {}",
                                   leader->second, number, name_of(key), node.term().value()));
    }
  }
  if (partition.at_commit().end() != node.commit()) return;  // still being applied
  auto [known, first] =
      committed_.emplace(std::pair(key, node.commit()), partition.at_commit().chain());
  if (!first && known->second != partition.at_commit().chain())
    witness_.violate(
        fmt::format("replicas agree: broker {} has another batch before offset {} of {}", number,
                    node.commit().value(), name_of(key)));
}

// --- asking ---

Result<net::Message> World::append_to(size_t number, const Deleted& deleted) {
  wire::BatchBuilder builder;
  TRY(builder.add(deleted.topic.value_or(TopicId(16)), {.key = {}, .value = {}, .headers = {}}));
  wire::Batch batch = builder.finish(wire::NoGuard{});
  wire::AppendRequest append{.space = deleted.space, .partition = PartitionId(0)};
  return brokers_.ask(number, {append, {batch.header().bytes(), batch.body()}});
}

sim::Log World::read_all(size_t number, PartitionKey key) {
  sim::Log log;
  Offset from;
  MonotonicTime mended_by = now() + kMendMax;
  for (;;) {
    wire::FetchPartition asked{.space = key.space,
                               .partition = key.partition,
                               .from = from,
                               .topics = {},
                               .bytes_max = limits::kFetchBytes};
    auto answer = brokers_.ask(
        number,
        {wire::FetchRequest{
             .partitions = {asked}, .bytes_min = 1, .bytes_max = limits::kFetchBytes, .wait = 0ms},
         {}});
    if (!answer) return witness_.violate(answer.error().text()), log;
    auto fetched = std::get<wire::FetchReply>(answer->envelope).partitions.at(0);
    if (fetched.error && fetched.error->code == ErrorCode::OFFSET_GONE) {
      from = Offset(fetched.error->at.value());
      continue;
    }
    // It finds damage when it reads. Then it is mended, or the whole disk is replaced.
    if (fetched.error && fetched.error->code == ErrorCode::SEGMENT_CORRUPT && now() < mended_by) {
      loop().run_for(kLookEvery);
      static_cast<void>(loop().run_until([this] { return why_not_level().empty(); }, kMendMax));
      log.clear();
      from = Offset();
      continue;
    }
    if (fetched.error)
      return witness_.violate(fmt::format("broker {} does not serve {}: {}", number, name_of(key),
                                          fetched.error->text())),
             log;
    Buffer payload = answer->payload.empty() ? Buffer() : answer->payload[0];
    for (size_t i = 0; i < fetched.batches.size(); ++i) {
      auto batch = wire::Batch::decode(payload);
      if (!batch) return witness_.violate(batch.error().text()), log;
      size_t bytes = batch->header().batch_bytes();
      payload = payload.slice(bytes, payload.size() - bytes);
      log.push_back(std::move(*batch));
    }
    if (fetched.scanned == from) return log;
    from = fetched.scanned;
  }
}

}  // namespace usher::clusters

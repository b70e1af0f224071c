#include "tests/sim/log/cluster.h"

#include <fmt/format.h>

#include "proto/base/hash.h"

namespace usher::sim {

Cluster::Cluster(size_t replicas, uint64_t seed)
    : random_(Random(seed).stream("cluster")), links_(world_, Random(seed).stream("links")) {
  raft::Membership membership;
  for (uint64_t id = 1; id <= replicas; ++id) membership.voters.emplace_back(id);
  for (raft::ReplicaId id : membership.voters) {
    Random own = Random(seed).stream(fmt::format("replica {}", id.value()));
    replicas_.push_back(std::make_unique<Replica>(loop_, links_, id, membership, own, *this));
    replicas_.back()->start();
  }
}

Replica* Cluster::leader() {
  Replica* leader = nullptr;
  for (auto& replica : replicas_)
    if (replica->leads() &&
        (!leader || replica->partition().node().term() > leader->partition().node().term()))
      leader = replica.get();
  return leader;
}

void Cluster::append(size_t at, wire::Batch batch, partition::Partition::Answer answer) {
  world_.after(way(), [this, at, batch = std::move(batch), answer = std::move(answer)]() mutable {
    if (!replicas_[at]->is_up()) return;
    replicas_[at]->partition().append(
        batch, [this, answer = std::move(answer)](Result<partition::Receipt> result) mutable {
          world_.after(way(), [answer = std::move(answer), result = std::move(result)]() mutable {
            answer(std::move(result));
          });
        });
  });
}

void Cluster::fetch(size_t at, partition::FetchRequest request, Fetched fetched) {
  world_.after(way(), [this, at, request, fetched = std::move(fetched)]() mutable {
    if (!replicas_[at]->is_up()) return;
    replicas_[at]->partition().fetch(
        request, [this, fetched = std::move(fetched)](Result<partition::FetchAnswer> got) mutable {
          world_.after(way(), [fetched = std::move(fetched), got = std::move(got)]() mutable {
            fetched(std::move(got));
          });
        });
  });
}

Result<std::vector<wire::Batch>> Cluster::read_all(size_t at) {
  partition::Partition& partition = replicas_[at]->partition();
  std::vector<wire::Batch> log;
  Offset from;
  while (from < partition.node().commit()) {
    std::optional<Result<partition::FetchAnswer>> answer;
    partition.fetch({.from = from, .continues = {}, .topics = {}, .bytes_max = UINT64_MAX},
                    [&](Result<partition::FetchAnswer> got) { answer = std::move(got); });
    if (!loop_.run_until([&] { return answer.has_value(); }, 10s))
      return fail(ErrorCode::TIMED_OUT, "a fetch that was not answered");
    if (!*answer) return fail(answer->error());
    log.insert(log.end(), (*answer)->batches.begin(), (*answer)->batches.end());
    from = (*answer)->scanned;
  }
  return log;
}

void Cluster::violate(std::string what) {
  if (violation_.empty()) violation_ = std::move(what);
}

void Cluster::trace(std::string_view what) {
  std::string line = fmt::format("{} {} {}", trace_, loop_.now().since_start().count(), what);
  trace_ = xxh3(as_bytes(line));
}

void Cluster::on_leads(raft::ReplicaId id, Term term) {
  trace(fmt::format("replica {} leads in term {}", id.value(), term.value()));
  auto [leader, first] = leaders_.emplace(term, id);
  if (!first && leader->second != id)
    violate(fmt::format("one leader: replicas {} and {} lead in term {}", leader->second.value(),
                        id.value(), term.value()));
}

// Replicas agree: one chain at every committed offset, whoever commits it, whenever.
void Cluster::on_commit(raft::ReplicaId id, const partition::Partition& partition) {
  Offset commit = partition.node().commit();
  const wire::Chain& chain = partition.at_commit().chain();
  if (partition.at_commit().end() != commit) return;  // still being applied
  trace(fmt::format("replica {} commits {}", id.value(), commit.value()));
  auto [known, first] = committed_.emplace(commit, chain);
  if (!first && known->second != chain)
    violate(fmt::format("replicas agree: replica {} committed another batch before offset {}",
                        id.value(), commit.value()));
}

}  // namespace usher::sim

#include "broker/server/readiness.h"

#include <fmt/format.h>

namespace usher::server {
namespace {

std::string name_of(journal::PartitionKey key) {
  return fmt::format("partition {} of space {}", key.partition.value(), key.space.value());
}

std::string without_leader(journal::PartitionKey key, const raft::Membership& members,
                           const Readmissions::Present& present) {
  std::string awaited = brokers_awaited(members, present);
  return fmt::format("{} has no leader{}{}", name_of(key), awaited.empty() ? "" : "; waits for ",
                     awaited);
}

std::string_view what_helps(const Mending& mending, journal::PartitionKey key) {
  if (!mending.is_beyond_help(key)) return "";
  return "; but no other broker that is up has it any more: when all are up and this is still "
         "said, start this one with an empty directory";
}

}  // namespace

std::string brokers_awaited(const raft::Membership& members, const Readmissions::Present& present) {
  std::string awaited;
  for (raft::ReplicaId voter : members.voters) {
    BrokerId broker = broker_of(voter);
    auto now = present(broker);
    if (now && replica_of(*now) == voter) continue;
    awaited += fmt::format("{}broker {}{}", awaited.empty() ? "" : ", ", broker.value(),
                           now ? " (its disk is new)" : "");
  }
  return awaited;
}

std::string partitions_that_wait(const Replicas& replicas, const Mending& mending,
                                 const Identity& identity, const Readmissions::Present& present) {
  size_t waiting = 0;
  std::string first;
  replicas.each([&](journal::PartitionKey key, const partition::Partition& partition) {
    const raft::Membership& members = partition.node().memberships().in_force();
    std::string why;
    if (!members.is_voter(replica_of(identity.incarnation)))
      why = fmt::format("the disk is new and not readmitted to {}", name_of(key));
    else if (!leader_of(partition))
      why = without_leader(key, members, present);
    else if (partition.segments() && !partition.segments()->damaged().empty())
      why = fmt::format("a segment of {} is fetched again: {}{}", name_of(key),
                        partition.segments()->damaged().begin()->second.text(),
                        what_helps(mending, key));
    else if (auto failure = partition.storage_failure())
      why = fmt::format("the segments of {} take no more: {}", name_of(key), failure->text());
    if (why.empty()) return;
    ++waiting;
    if (first.empty()) first = std::move(why);
  });
  for (const auto& [key, error] : replicas.not_opened()) {
    if (++waiting == 1)
      first = fmt::format("{} cannot be opened: {}{}", name_of(key), error.text(),
                          what_helps(mending, key));
  }
  return waiting > 1 ? fmt::format("{} (and {} more)", first, waiting - 1) : first;
}

}  // namespace usher::server

#include "tools/bench/partition_group.h"

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::bench {

class PartitionGroup::Replica final : public partition::Peers, public journal::Owner {
 public:
  Replica(Reactor& reactor, PartitionGroup& group, raft::ReplicaId id, const std::string& directory)
      : reactor_(reactor), group_(group), id_(id), disk_(reactor, directory) {}

  void start(const raft::Membership& membership) {
    journal::Journal::open(reactor_.scheduler(), disk_.disk(),
                           {.directory = "journal",
                            .id = journal::JournalId(id_.value()),
                            .file_bytes = 64 * limits::kMiB,
                            .files_max = 64,
                            .attest_after = 10ms},
                           *this, [this, membership](Result<journal::Journal::Opened> found) {
                             CHECK(found.has_value());
                             journal_ = std::move(found->journal);
                             partition::Options options{.key = kBenchKey,
                                                        .self = id_,
                                                        .founded_with = membership,
                                                        .raft = raft::Options(),
                                                        .tail_budget = &budget_};
                             partition::Partition::open(
                                 reactor_.scheduler(), disk_.disk(), *journal_, *this, options,
                                 {.directory = "segments"}, std::move(found->recovered[kBenchKey]),
                                 Random(id_.value()),
                                 [this](Result<std::unique_ptr<partition::Partition>> opened) {
                                   if (!opened) fmt::print(stderr, "{}\n", opened.error().text());
                                   CHECK(opened.has_value());
                                   partition_ = std::move(*opened);
                                 });
                           });
  }
  partition::Partition* partition() { return partition_.get(); }
  bool leads() const {
    return partition_ && partition_->node().standing().role == raft::Role::kLeader;
  }

 private:
  void send(raft::Message message, std::vector<wire::Batch> batches) override {
    group_.deliver(std::move(message), std::move(batches));
  }
  void send_snapshot(partition::SnapshotMessage) override { CHECK(false, "nothing is removed"); }
  bool holds(journal::PartitionKey, Offset base, Term term) const override {
    return !partition_ || partition_->holds(base, term);
  }
  void on_journal_failed(const Error&) override { CHECK(false, "the journal failed"); }

  Reactor& reactor_;
  PartitionGroup& group_;
  raft::ReplicaId id_;
  ReactorDisk disk_;
  log::TailBudget budget_{64 * limits::kMiB};
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<partition::Partition> partition_;
};

PartitionGroup::PartitionGroup(Reactor& reactor, const std::string& directory, uint64_t replicas)
    : reactor_(reactor) {
  raft::Membership membership;
  for (uint64_t id = 1; id <= replicas; ++id) membership.voters.emplace_back(id);
  for (raft::ReplicaId id : membership.voters)
    replicas_.push_back(
        std::make_unique<Replica>(reactor, *this, id, fmt::format("{}/{}", directory, id.value())));
  for (auto& replica : replicas_) replica->start(membership);
  reactor.run_until([this] { return leader() != nullptr; });
}

PartitionGroup::~PartitionGroup() = default;

partition::Partition* PartitionGroup::leader() {
  for (auto& replica : replicas_)
    if (replica->leads()) return replica->partition();
  return nullptr;
}

void PartitionGroup::deliver(raft::Message message, std::vector<wire::Batch> batches) {
  reactor_.scheduler().post(
      [this, message = std::move(message), batches = std::move(batches)]() mutable {
        Replica& to = *replicas_[message.to.value() - 1];
        if (to.partition()) to.partition()->receive(std::move(message), std::move(batches));
      });
}

}  // namespace usher::bench

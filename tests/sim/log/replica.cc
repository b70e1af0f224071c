#include "tests/sim/log/replica.h"

namespace usher::sim {
namespace {

constexpr journal::PartitionKey kKey{.space = SpaceId(1), .partition = PartitionId(0)};
// Small files, so that they are recycled in a minute.
constexpr uint64_t kJournalFileBytes = 16 * limits::kMiB;
constexpr size_t kJournalFiles = 4;
// Small segments and tails, so that many are sealed, and most of the log is read from disk.
constexpr uint64_t kSegmentBytes = 32 * limits::kKiB;
constexpr uint64_t kTailBytes = 16 * limits::kKiB;

}  // namespace

Replica::Replica(SimLoop& loop, Links& links, raft::ReplicaId id, raft::Membership founded_with,
                 Random random, Watcher& watcher)
    : loop_(loop),
      links_(links),
      id_(id),
      founded_with_(std::move(founded_with)),
      random_(random),
      watcher_(watcher),
      platter_(random.stream("platter")) {}

Replica::~Replica() { links_.detach(id_); }

bool Replica::leads() const {
  return is_up() && partition_->node().standing().role == raft::Role::kLeader;
}

void Replica::start() {
  if (scheduler_ || failure_) return;
  ++lives_;
  tail_budget_.emplace(kTailBytes);
  scheduler_ = std::make_unique<SimScheduler>(loop_);
  disk_ = std::make_unique<SimDisk>(*scheduler_, platter_);
  journal::Journal::open(*scheduler_, *disk_,
                         {.directory = "journal",
                          .id = journal::JournalId(id_.value()),
                          .file_bytes = kJournalFileBytes,
                          .files_max = kJournalFiles,
                          .attest_after = 10ms},
                         *this, [this](Result<journal::Journal::Opened> result) {
                           if (result) return opened(std::move(*result));
                           failure_ = result.error();
                         });
}

void Replica::opened(journal::Journal::Opened found) {
  journal_ = std::move(found.journal);
  partition::Options options{.key = kKey,
                             .self = id_,
                             .founded_with = founded_with_,
                             .raft = raft::Options(),
                             .tail_budget = &*tail_budget_};
  partition::Partition::open(*scheduler_, *disk_, *journal_, *this, options,
                             {.directory = "segments", .segment_bytes = kSegmentBytes},
                             std::move(found.recovered[kKey]),
                             random_.stream("raft" + std::to_string(lives_)),
                             [this](Result<std::unique_ptr<partition::Partition>> opened) {
                               if (opened) return begin(std::move(*opened));
                               failure_ = opened.error();
                             });
}

void Replica::begin(std::unique_ptr<partition::Partition> partition) {
  partition_ = std::move(partition);
  links_.attach(id_, [this](const raft::Message& message, const std::vector<wire::Batch>& batches) {
    partition_->receive(message, batches);
    watch();
  });
}

void Replica::crash() {
  if (!scheduler_) return;
  links_.detach(id_);
  partition_.reset();
  journal_.reset();
  disk_.reset();
  scheduler_.reset();
  seen_commit_ = Offset(0);
  seen_leading_.reset();
  // Killed, or without power.
  if (random_.chance(1, 2)) platter_.crash();
}

void Replica::send(raft::Message message, std::vector<wire::Batch> batches) {
  links_.send(std::move(message), std::move(batches));
  watch();
}

bool Replica::holds(journal::PartitionKey, Offset base, Term term) const {
  // What is not known yet may be needed.
  return !partition_ || partition_->holds(base, term);
}

void Replica::on_journal_failed(const Error& why) { failure_ = why; }

void Replica::watch() {
  if (!partition_) return;
  if (leads() && seen_leading_ != partition_->node().term()) {
    seen_leading_ = partition_->node().term();
    watcher_.on_leads(id_, *seen_leading_);
  }
  if (partition_->node().commit() > seen_commit_) {
    seen_commit_ = partition_->node().commit();
    watcher_.on_commit(id_, *partition_);
  }
}

}  // namespace usher::sim

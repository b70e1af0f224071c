#include "broker/partition/partition.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/partition/control_batch.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::partition {
namespace {

// The log as recovery found it: batches back in the tail.
Tail tail_of(const journal::RecoveredPartition& recovered) {
  Tail tail(Offset(0), {});
  for (const auto& [base, found] : recovered.tail) {
    auto batch = wire::Batch::decode(found.bytes);
    CHECK(batch.has_value(), "the journal has checked it");
    tail.append(std::move(*batch));
  }
  return tail;
}

raft::Restored restored_from(const Options& options, const journal::RecoveredPartition& recovered,
                             const Tail& tail) {
  raft::Restored restored;
  restored.hard_state.term = recovered.state.term;
  if (recovered.state.vote != 0) restored.hard_state.vote = raft::ReplicaId(recovered.state.vote);
  restored.memberships = raft::MembershipHistory(options.founded_with);
  for (const wire::Batch& batch : tail.read(tail.start(), tail.end(), UINT64_MAX)) {
    auto entry = entry_of(batch);
    CHECK(entry.has_value(), "it was checked when it was appended");
    restored.terms.append(entry->position());
    if (entry->membership) restored.memberships.append(entry->first, *entry->membership);
  }
  restored.commit = recovered.state.commit;
  return restored;
}

}  // namespace

Partition::Partition(Scheduler& scheduler, journal::Journal& journal, Peers& peers, Options options,
                     journal::RecoveredPartition recovered, Random random)
    : scheduler_(scheduler),
      journal_(journal),
      peers_(peers),
      options_(std::move(options)),
      tail_(tail_of(recovered)),
      node_(options_.self, options_.raft, restored_from(options_, recovered, tail_), random,
            scheduler.clock().monotonic()) {
  for (const wire::Batch& batch : tail_.read(tail_.start(), tail_.end(), UINT64_MAX)) {
    if (batch.header().end_offset() <= node_.commit()) {
      at_commit_.apply(batch.header());
      committed_bytes_ += batch.header().batch_bytes();
    }
    at_end_.apply(batch.header());
  }
  node_.applied(node_.commit());
  rearm();
}

Partition::~Partition() {
  *alive_ = false;
  if (timer_) scheduler_.cancel(*timer_);
}

void Partition::append(const wire::Batch& batch, Answer answer) {
  if (auto whole = batch.check_whole(); !whole)
    return respond(std::move(answer), fail(whole.error()));
  if (batch.header().sealed() || batch.header().kind() != wire::BatchKind::kData)
    return respond(std::move(answer),
                   fail(ErrorCode::BATCH_MALFORMED, "a batch that only the log may make"));
  if (node_.standing().role != raft::Role::kLeader)
    return respond(std::move(answer), fail(ErrorCode::NOT_LEADER, leader_in_words()));
  if (tail_.bytes() - committed_bytes_ > limits::kUncommittedBytes || !journal_.has_room())
    return respond(std::move(answer),
                   fail(ErrorCode::QUEUE_FULL, "the partition waits for its replicas or its disk"));

  wire::Batch placed = place(batch, node_.term());
  auto term_at = [this](Offset offset) { return term_of(offset); };
  Verdict verdict = judge(at_end_, batch.header(), term_at, placed.header().place().time);
  if (auto* refused = std::get_if<Error>(&verdict))
    return respond(std::move(answer), fail(std::move(*refused)));
  if (auto* repeated = std::get_if<Repeated>(&verdict))
    return answer_at(repeated->first, std::move(answer));

  Receipt receipt = receipt_of(placed.header());
  arriving_.emplace(receipt.base, std::move(placed));
  auto proposed = node_.propose(batch.header().records(), now());
  if (!proposed) {
    arriving_.clear();
    return respond(std::move(answer), fail(proposed.error()));
  }
  pending_.emplace(receipt.end, Pending{receipt, std::move(answer)});
  carry_out(std::move(*proposed));
}

// Never inside the call that asked: whoever is answered may ask again.
void Partition::respond(Answer answer, Result<Receipt> result) {
  scheduler_.post([answer = std::move(answer), result = std::move(result)]() mutable {
    answer(std::move(result));
  });
}

// Answers once the batch of the receipt is committed: at once, if it is.
void Partition::answer_at(const Receipt& receipt, Answer answer) {
  pending_.emplace(receipt.end, Pending{receipt, std::move(answer)});
  answer_committed();
}

Result<FetchAnswer> Partition::fetch(const FetchRequest& request) const {
  Offset limit = request.uncommitted ? tail_.end() : node_.commit();
  if (request.uncommitted && node_.standing().role != raft::Role::kLeader)
    return fail(ErrorCode::NOT_LEADER, leader_in_words());
  if (request.continues && request.from > Offset(0) &&
      term_of(request.from - 1) != request.continues)
    return fail(
        ErrorCode::INPUT_GONE,
        fmt::format("offset {} does not stand in term {}; the log ends at {}",
                    request.from.value() - 1, request.continues->value(), tail_.end().value()),
        tail_.end().value());
  FetchAnswer answer{
      .batches = {}, .scanned = request.from, .scanned_term = {}, .commit = node_.commit()};
  uint64_t bytes = 0;
  while (const wire::Batch* batch = tail_.find(answer.scanned)) {
    const wire::BatchHeader& header = batch->header();
    if (header.end_offset() > limit) break;
    bool wanted = request.topics.empty() ||
                  std::ranges::any_of(header.topics(), [&](const wire::TopicEntry& entry) {
                    return std::ranges::find(request.topics, entry.topic) != request.topics.end();
                  });
    if (wanted && !answer.batches.empty() && bytes + header.batch_bytes() > request.bytes_max)
      break;
    answer.scanned = header.end_offset();
    answer.scanned_term = header.place().term;
    if (!wanted) continue;
    bytes += header.batch_bytes();
    answer.batches.push_back(*batch);
  }
  return answer;
}

void Partition::wait_above(Offset offset, bool uncommitted, Callback callback) {
  waiters_.push_back({offset, uncommitted, std::move(callback)});
  wake();
}

void Partition::read(io::Done<Offset> done) {
  auto asked = node_.read(now());
  if (!asked) {
    scheduler_.post([done = std::move(done), why = asked.error()]() mutable { done(fail(why)); });
    return;
  }
  reads_.emplace(asked->number, std::move(done));
  carry_out(std::move(asked->actions));
}

void Partition::receive(raft::Message message, std::vector<wire::Batch> batches) {
  if (!raft::check(message)) return refuse_received();
  if (const auto* request = std::get_if<raft::AppendRequest>(&message.body)) {
    if (!check_received(*request, batches)) return refuse_received();
    arriving_.clear();
    for (wire::Batch& batch : batches)
      arriving_.emplace(batch.header().place().base_offset, std::move(batch));
  }
  carry_out(node_.step(std::move(message), now()));
}

void Partition::connection_lost(raft::ReplicaId peer) {
  carry_out(node_.connection_lost(peer, now()));
}

Result<void> Partition::change_membership(raft::MembershipChange change) {
  TRY_ASSIGN(raft::Actions actions, node_.change_membership(change, now()));
  carry_out(std::move(actions));
  return {};
}

Result<void> Partition::transfer_leadership(raft::ReplicaId to) {
  TRY_ASSIGN(raft::Actions actions, node_.transfer_leadership(to, now()));
  carry_out(std::move(actions));
  return {};
}

bool Partition::holds(Offset base, Term term) const {
  const wire::Batch* batch = tail_.find(base);
  return batch && batch->header().place().base_offset == base &&
         batch->header().place().term == term;
}

std::optional<Term> Partition::term_of(Offset offset) const {
  const wire::Batch* batch = tail_.find(offset);
  if (!batch) return std::nullopt;
  return batch->header().place().term;
}

// The batch with the next place of the log.
wire::Batch Partition::place(const wire::Batch& batch, Term term) const {
  std::vector<Seq> seqs;
  for (const wire::TopicEntry& entry : batch.header().topics())
    seqs.push_back(at_end_.next_seq(entry.topic));
  // The log's time never goes back.
  WallTime time = std::max(at_end_.last_time(), scheduler_.clock().wall());
  Buffer bytes = wire::seal(batch.header(),
                            {.space = options_.key.space,
                             .partition = options_.key.partition,
                             .term = term,
                             .base_offset = at_end_.end(),
                             .time = time},
                            seqs, at_end_.chain());
  auto header = wire::BatchHeader::decode(bytes);
  CHECK(header.has_value(), "what is sealed can be read");
  return batch.with_header(std::move(*header));
}

std::string Partition::leader_in_words() const {
  auto leader = node_.standing().leader;
  return leader ? fmt::format("replica {} leads", leader->value()) : "no leader is known";
}

void Partition::refuse_received() { ++batches_refused_; }

// Batches are what their message says, whole, and continue this partition's chain.
bool Partition::check_received(const raft::AppendRequest& request,
                               const std::vector<wire::Batch>& batches) const {
  if (request.entries.size() != batches.size()) return false;
  const wire::Chain* previous = nullptr;
  for (size_t i = 0; i < batches.size(); ++i) {
    const wire::BatchHeader& header = batches[i].header();
    if (!header.sealed() || !batches[i].check_crcs()) return false;
    auto entry = entry_of(batches[i]);
    if (!entry || *entry != request.entries[i]) return false;
    const wire::Place& place = header.place();
    if (place.space != options_.key.space || place.partition != options_.key.partition)
      return false;
    if (previous && header.chain() != header.chain_after(*previous)) return false;
    previous = &header.chain();
  }
  return true;
}

}  // namespace usher::partition

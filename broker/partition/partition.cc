#include "broker/partition/partition.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/partition/control_batch.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/planted.h"

namespace usher::partition {

Partition::Partition(Scheduler& scheduler, journal::Journal& journal, Peers& peers, Options options,
                     journal::RecoveredPartition recovered, Random random,
                     std::unique_ptr<log::Segments> segments, StoredLog stored)
    : scheduler_(scheduler),
      journal_(journal),
      peers_(peers),
      options_(std::move(options)),
      segments_(std::move(segments)),
      tail_(stored.state.end(), stored.state.chain(),
            options_.tail_budget ? *options_.tail_budget : own_budget_),
      at_commit_(stored.state),
      at_end_(stored.state),
      node_(options_.self, options_.raft, restored(recovered, stored), random,
            scheduler.clock().monotonic()) {
  if (segments_) segments_->set_owner(*this);
  // What retention let go of and could not be removed then: a follower would be sent the head of
  // it, over and over, where consensus knows nothing so old any more.
  if (segments_) segments_->remove_before(node_.log().start().end);
  take_over_tail(recovered);
  node_.applied(node_.commit());
  if (segments_) on_stored(segments_->stored());
  if (segments_) segments_->release(node_.flushed());
  saw_time();
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
  if (uncommitted_bytes_ > limits::kUncommittedBytes || !journal_.has_room())
    return respond(std::move(answer),
                   fail(ErrorCode::QUEUE_FULL, "the partition waits for its replicas or its disk"));

  wire::Batch placed = place(batch, node_.term());
  auto term_at = [this](Offset offset) { return term_of(offset); };
  Verdict verdict = judge(at_end_, batch.header(), term_at, placed.header().place().time);
  if (auto* refused = std::get_if<Error>(&verdict))
    return refuse(batch.header(), std::move(*refused), std::move(answer));
  if (auto* repeated = std::get_if<Repeated>(&verdict)) {
    if (planted(Bug::kDuplicateFromEnd)) return respond(std::move(answer), repeated->first);
    return answer_at(repeated->first, std::move(answer));
  }

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

// A sender takes what a refusal says of a link as delivered: it is told once it is committed.
void Partition::refuse(const wire::BatchHeader& batch, Error why, Answer answer) {
  const auto* link = std::get_if<wire::LinkGuard>(&batch.guard());
  bool is_settled = !link || at_commit_.linked(key_of(*link)) == at_end_.linked(key_of(*link));
  if (is_settled || planted(Bug::kLinkFromEnd))
    return respond(std::move(answer), fail(std::move(why)));
  Offset end = at_end_.end();
  Receipt last = {};
  last.base = end - 1;
  last.term = *term_of(last.base);
  pending_.emplace(end, Pending{last, std::move(answer), std::move(why)});
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
    if (anew_) return;  // as if it were lost: there is no place for it yet
    if (!check_received(*request, batches)) return refuse_received();
    arriving_.clear();
    for (wire::Batch& batch : batches)
      arriving_.emplace(batch.header().place().base_offset, std::move(batch));
  }
  // While heartbeats come no time is up: what was found of the clock may be long ago.
  if (std::holds_alternative<raft::CampaignNow>(message.body)) look_at_clock();
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

// Offset and term of one record name it: two logs that hold it agree on all before.
bool Partition::holds(Offset base, Term term) const { return term_of(base) == term; }

std::optional<Term> Partition::term_of(Offset offset) const {
  const raft::TermHistory& log = node_.log();
  if (offset < log.start().end || offset >= log.end().end) return std::nullopt;
  return log.term_before(offset + 1);
}

// The batch with the next place of the log.
wire::Batch Partition::place(const wire::Batch& batch, Term term) const {
  std::vector<Seq> seqs;
  for (const wire::TopicEntry& entry : batch.header().topics())
    seqs.push_back(at_end_.next_seq(entry.topic));
  WallTime time = next_time(clock_standing(), scheduler_.clock().wall(), at_end_.last_time(),
                            time_seen_at_, now());
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

ClockStanding Partition::clock_standing() const {
  if (!options_.clocks) return ClockStanding::kAgrees;
  return options_.clocks->standing(now(), scheduler_.clock().wall());
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

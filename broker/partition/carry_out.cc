// What consensus decides, done: written, sent, committed, in the order that raft::Node demands.
#include <algorithm>

#include "broker/partition/control_batch.h"
#include "broker/partition/partition.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::partition {

void Partition::carry_out(raft::Actions actions) {
  if (actions.write) write(*actions.write);
  arriving_.clear();
  for (raft::Message& message : actions.send) send(std::move(message));
  if (actions.commit) commit(*actions.commit);
  rearm();
  for (const raft::Replicate& order : actions.replicate) replicate(order);
  for (const raft::SendSnapshot& order : actions.snapshots) order_snapshot(order);
  if (actions.write || actions.commit) wake();
  for (const raft::ReadDone& answered : actions.reads) answer_read(answered);
}

void Partition::write(const raft::Write& write) {
  journal::Append append{.partition = options_.key,
                         .hard_state = {},
                         .restart_at = {},
                         .truncate_from = {},
                         .batches = {}};
  if (write.hard_state) {
    append.hard_state =
        journal::HardState{.term = write.hard_state->term,
                           .vote = write.hard_state->vote ? write.hard_state->vote->value() : 0};
    if (planted(Bug::kForgetVote)) append.hard_state->vote = 0;
  }
  if (write.restart_at) {
    begin_anew(write.restart_at->end);
    append.restart_at = write.restart_at->end;
  }
  if (write.truncate_to) {
    cut(*write.truncate_to);
    // What comes in its place is not durable yet, and may be committed before it is.
    if (segments_) segments_->release(node_.flushed());
    append.truncate_from = *write.truncate_to;
  }
  for (const raft::Entry& entry : write.append) {
    append_to_log(entry);
    const wire::Batch& batch = *tail_.find(entry.first);
    append.batches.push_back({batch.header().bytes(), batch.body(), entry.end});
  }
  auto synced = [this, alive = alive_, number = write.number,
                 restarts = write.restart_at.has_value()] {
    if (!*alive) return;
    carry_out(node_.durable(number, now()));
    if (restarts) open_anew();
    if (segments_) segments_->release(node_.flushed());
  };
  if (planted(Bug::kAcknowledgeBeforeSync)) {
    scheduler_.post(synced);
    return journal_.append(std::move(append), [] {});
  }
  journal_.append(std::move(append), std::move(synced));
}

void Partition::append_to_log(const raft::Entry& entry) {
  auto arrived = arriving_.find(entry.first);
  // The log's own batches are made here; what else is appended came with the call.
  bool own = arrived == arriving_.end();
  CHECK(!own || entry.kind != raft::EntryKind::kRecords, "a batch that nobody brought");
  wire::Batch batch = own ? place(control_batch(entry), entry.term) : arrived->second;
  CHECK(batch.header().end_offset() == entry.end && batch.header().place().term == entry.term);
  at_end_.apply(batch.header());
  uncommitted_bytes_ += batch.header().batch_bytes();
  saw_time();
  tail_.append(std::move(batch));
}

// The end state is the commit's plus what is left.
void Partition::cut(Offset to) {
  CHECK(to >= at_commit_.end(), "what is committed stays");
  tail_.truncate(to);
  at_end_ = at_commit_;
  uncommitted_bytes_ = 0;
  tail_.each(at_commit_.end(), to, [this](const wire::Batch& batch) {
    at_end_.apply(batch.header());
    uncommitted_bytes_ += batch.header().batch_bytes();
    return true;
  });
}

void Partition::replicate(const raft::Replicate& order) {
  if (order.prev.end < tail_.start()) return replicate_stored(order);
  picked(order, tail_.read(order.prev.end, tail_.end(), order.bytes_max));
}

void Partition::send(raft::Message message) {
  std::vector<wire::Batch> batches;
  if (const auto* request = std::get_if<raft::AppendRequest>(&message.body))
    for (const raft::Entry& entry : request->entries) {
      // It waited for the term to be durable, and was cut off meanwhile: as if it were lost.
      if (!holds(entry.first, entry.term)) return;
      const wire::Batch* batch = tail_.find(entry.first);
      auto read = read_back_.find(entry.first);
      // Or it was let go of meanwhile.
      if (!batch && read == read_back_.end()) return;
      batches.push_back(batch ? *batch : read->second);
    }
  peers_.send(std::move(message), std::move(batches));
}

void Partition::commit(Offset to) {
  tail_.each(at_commit_.end(), to, [this](const wire::Batch& batch) {
    store(batch);
    at_commit_.apply(batch.header());
    uncommitted_bytes_ -= batch.header().batch_bytes();
    return true;
  });
  CHECK(at_commit_.end() == to, "the commit is a batch's end");
  // Where the log begins anew the journal is told with it, not before.
  if (!anew_) journal_.note_commit(options_.key, to);
  node_.applied(to);
  answer_committed();
}

// What became of a batch is told from the commit alone: being cut off decides nothing.
void Partition::answer_committed() {
  while (!pending_.empty() && pending_.begin()->first <= node_.commit()) {
    Pending pending = std::move(pending_.begin()->second);
    pending_.erase(pending_.begin());
    // What retention took was there.
    bool gone = pending.receipt.base < node_.log().start().end;
    if (gone || holds(pending.receipt.base, pending.receipt.term))
      respond(std::move(pending.answer), pending.refusal
                                             ? Result<Receipt>(fail(std::move(*pending.refusal)))
                                             : Result<Receipt>(pending.receipt));
    else
      respond(std::move(pending.answer),
              fail(ErrorCode::CUT_OFF, "another leader's batch stands there"));
  }
}

void Partition::answer_read(const raft::ReadDone& answered) {
  auto [first, last] = reads_.equal_range(answered.number);
  for (auto at = first; at != last; ++at)
    scheduler_.post([done = std::move(at->second), commit = answered.at]() mutable {
      if (commit) return done(*commit);
      done(fail(ErrorCode::NOT_LEADER, "the leadership was lost meanwhile"));
    });
  reads_.erase(first, last);
}

void Partition::wake() {
  auto ready = [this](const Waiter& waiter) {
    return (waiter.uncommitted ? tail_.end() : node_.commit()) > waiter.above;
  };
  auto first_ready = std::stable_partition(waiters_.begin(), waiters_.end(),
                                           [&](const Waiter& waiter) { return !ready(waiter); });
  std::vector<Waiter> woken(std::make_move_iterator(first_ready),
                            std::make_move_iterator(waiters_.end()));
  waiters_.erase(first_ready, waiters_.end());
  for (Waiter& waiter : woken) scheduler_.post(std::move(waiter.callback));
}

void Partition::rearm() {
  if (timer_) scheduler_.cancel(*timer_);
  Duration until = std::max(node_.deadline() - now(), Duration(0));
  timer_ = scheduler_.after(until, [this] {
    timer_.reset();
    on_time();
  });
}

void Partition::on_time() {
  look_at_clock();
  carry_out(node_.tick(now()));
}

// Whose clock stands alone neither leads nor campaigns; nor who would give a log its first time and
// was not compared.
void Partition::look_at_clock() {
  bool may_lead = clock_standing() != ClockStanding::kAlone;
  if (options_.clocks && at_end_.last_time() == WallTime())
    may_lead = may_lead && options_.clocks->may_begin_a_log(now(), scheduler_.clock().wall());
  carry_out(node_.allow_to_lead(may_lead, now()));
}

}  // namespace usher::partition

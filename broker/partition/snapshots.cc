// For a replica whose log ends below what retention left: the head of the first segment stands for
// all before it.
//
//     leader: order ─→ head ─────────────→ follower: kept on disk ─→ journal: the log begins there
//                                                        ↑ a crash before it forgets the head,
//     snapshot_sent ←────── answer ←───────── segments ←─┘ one after it finishes the work
#include <algorithm>

#include "broker/partition/partition.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::partition {

// --- the leader's side ---

void Partition::order_snapshot(const raft::SendSnapshot& order) {
  CHECK(segments_ != nullptr, "without segments the log begins at 0");
  sending_.insert_or_assign(order.to, order);
  auto give_up = [this, alive = alive_, order] {
    if (!*alive) return;
    auto still = sending_.find(order.to);
    if (still == sending_.end() || still->second.number != order.number) return;
    sending_.erase(still);
    carry_out(node_.snapshot_failed(order, now()));
  };
  auto read = [this, alive = alive_, order, give_up](const Result<Buffer>& head) {
    if (!*alive) return;
    if (!head || head->size() > limits::kSnapshotBytes) return give_up();
    auto decoded = log::decode_head(*head);
    if (!decoded) return give_up();
    auto snapshot = decode_snapshot(decoded->snapshot);
    if (!snapshot) return give_up();
    peers_.send_snapshot({node_.self(), order.to, snapshot->terms.end(), *head});
    scheduler_.after(limits::kSnapshotTimeout, give_up);
  };
  segments_->read_head(read);
}

void Partition::snapshot_answered(const SnapshotMessage& message) {
  auto order = sending_.extract(message.from);
  if (!order || message.at.end > node_.commit()) return;
  carry_out(node_.snapshot_sent(order.mapped(), message.at, now()));
}

// --- the follower's side ---

void Partition::receive_snapshot(SnapshotMessage message) {
  if (message.to != node_.self()) return;
  if (message.head.empty()) return snapshot_answered(message);
  take_snapshot(message);
}

void Partition::take_snapshot(const SnapshotMessage& message) {
  if (incoming_ || anew_ || !segments_ || !disk_ || node_.standing().role == raft::Role::kLeader)
    return;
  auto head = log::decode_head(message.head);
  log::Key key{.space = options_.key.space, .partition = options_.key.partition};
  if (!head || head->key != key || head->begin.offset != message.at.end) return refuse_received();
  auto snapshot = decode_snapshot(head->snapshot);
  if (!snapshot || snapshot->terms.end() != message.at ||
      snapshot->state.chain() != head->begin.chain)
    return refuse_received();
  if (node_.commit() >= message.at.end) return answer_snapshot(message.from, message.at);
  incoming_ = {message.from, message.at, std::move(*snapshot)};
  // The same bytes, where a file past the page cache may take them from.
  segments_->keep_head(log::encode_head(*head), [this, alive = alive_](Result<void> kept) {
    if (!*alive) return;
    if (!kept) return give_up_snapshot();
    head_is_kept();
  });
}

// Nothing may touch a segment while they are replaced.
void Partition::head_is_kept() {
  segments_->stop([this, alive = alive_] {
    if (*alive) install();
  });
}

void Partition::install() {
  carry_out(node_.install({incoming_->at, incoming_->snapshot.membership}, now()));
  if (anew_) return;
  // The log got there by itself meanwhile.
  segments_->go_on_again();
  give_up_snapshot();
}

void Partition::give_up_snapshot() {
  segments_->drop_head();
  if (node_.commit() >= incoming_->at.end) answer_snapshot(incoming_->from, incoming_->at);
  incoming_.reset();
}

// Consensus says that the log begins anew, and the journal is being told.
void Partition::begin_anew(Offset at) {
  CHECK(incoming_ && incoming_->at.end == at && disk_);
  anew_ = true;
  lose_pending();
  tail_.restart(at, incoming_->snapshot.state.chain());
  at_commit_ = at_end_ = incoming_->snapshot.state;
  uncommitted_bytes_ = 0;
  segments_.reset();
  saw_time();
}

// What was appended here as a leader and never answered may stand in the log that came, or not.
void Partition::lose_pending() {
  for (auto& [end, pending] : std::exchange(pending_, {}))
    respond(std::move(pending.answer),
            fail(ErrorCode::CONNECTION_LOST, "another leader's log went on and was cut since"));
}

// The journal knows: what stood before goes.
void Partition::open_anew() {
  auto stored = std::make_shared<StoredLog>(raft::Membership());
  auto opened = [this, alive = alive_](Result<std::unique_ptr<log::Segments>> segments) {
    if (!*alive) return;
    if (!segments) return open_anew_again(segments.error());
    anew_failure_.reset();
    segments_ = std::move(*segments);
    segments_->set_owner(*this);
    anew_ = false;
    ++snapshots_installed_;
    Incoming done = std::move(*std::exchange(incoming_, std::nullopt));
    answer_snapshot(done.from, done.at);
  };
  log::Segments::open(scheduler_, *disk_, place_.options(options_.key), at_commit_.end(), stored,
                      std::move(opened));
}

// Until then the replica is without segments, and deaf: as a start would, it tries as often as it
// must.
void Partition::open_anew_again(const Error& why) {
  anew_failure_ = why;
  scheduler_.after(limits::kOpenAnewRetry, [this, alive = alive_] {
    if (*alive) open_anew();
  });
}

void Partition::answer_snapshot(raft::ReplicaId to, raft::LogPosition at) {
  peers_.send_snapshot({node_.self(), to, at, {}});
}

// --- what is let go ---

void Partition::retain(const log::RetentionRules& rules, Offset limit) {
  if (!segments_ || incoming_) return;
  const auto& sealed = segments_->sealed();
  size_t count = log::segments_to_remove(sealed, rules, at_commit_.last_time(),
                                         std::min(limit, segments_->stored()));
  if (count == 0) return;
  segments_->remove_before(sealed[count - 1].end);
  node_.log_start_moved(segments_->start());
}

}  // namespace usher::partition

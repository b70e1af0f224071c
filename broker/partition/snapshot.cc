#include "broker/partition/snapshot.h"

#include <cstring>

#include "broker/partition/control_batch.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"
#include "proto/base/planted.h"

namespace usher::partition {
namespace {

constexpr uint64_t kVersion = 1;

class Writer {
 public:
  void number(uint64_t value) {
    std::byte bytes[8];
    store_le(bytes, value);
    put(bytes);
  }
  void time(WallTime value) { number(static_cast<uint64_t>(value.us_since_1970())); }
  void put(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void guard(const wire::Guard& guard) {
    auto kind = static_cast<uint16_t>(wire::kind_of(guard));
    std::vector<std::byte> bytes(*wire::guard_bytes(kind));
    wire::encode_guard(guard, bytes.data());
    put(bytes);
  }
  void receipt(const Receipt& receipt) {
    number(receipt.base.value());
    number(receipt.end.value());
    number(receipt.term.value());
    time(receipt.time);
    put(receipt.chain.bytes());
  }
  Buffer take() { return Buffer::copy_of(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

// Behind the end it reads zeros and remembers that it did.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}
  bool whole() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }

  uint64_t number() {
    Bytes bytes = take(8);
    return failed_ ? 0 : load_le<uint64_t>(bytes.data());
  }
  // Of things that take at least a number each.
  uint64_t count() {
    uint64_t count = number();
    if (count > rest_.size() / 8) failed_ = true;
    return failed_ ? 0 : count;
  }
  WallTime time() { return WallTime(static_cast<int64_t>(number())); }
  Sha256 hash() {
    Sha256 hash;
    if (Bytes bytes = take(hash.value.size()); !failed_)
      std::memcpy(hash.value.data(), bytes.data(), bytes.size());
    return hash;
  }
  template <class Guard>
  Guard guard(wire::GuardKind kind) {
    Bytes bytes = take(*wire::guard_bytes(static_cast<uint16_t>(kind)));
    if (failed_) return {};
    auto guard = wire::decode_guard(kind, bytes);
    failed_ = !guard;
    return failed_ ? Guard{} : std::get<Guard>(*guard);
  }
  Receipt receipt() {
    Receipt receipt;
    receipt.base = Offset(number());
    receipt.end = Offset(number());
    receipt.term = Term(number());
    receipt.time = time();
    receipt.chain = hash();
    return receipt;
  }

 private:
  Bytes take(size_t size) {
    if (size > rest_.size()) failed_ = true;
    if (failed_) return {};
    Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Bytes rest_;
  bool failed_ = false;
};

void write(Writer& to, const raft::TermHistory& terms, Offset end) {
  raft::TermHistory committed = terms;
  committed.truncate(end);
  to.number(committed.start().end.value());
  to.number(committed.start().term.value());
  to.number(committed.spans().size());
  for (const raft::TermHistory::Span& span : committed.spans()) {
    to.number(span.term.value());
    to.number(span.end.value());
  }
}

Result<raft::TermHistory> read_terms(Reader& from) {
  raft::LogPosition start;
  start.end = Offset(from.number());
  start.term = Term(from.number());
  raft::TermHistory terms(start);
  for (uint64_t left = from.count(); left > 0; --left) {
    raft::LogPosition next;
    next.term = Term(from.number());
    next.end = Offset(from.number());
    if (next.end <= terms.end().end || next.term < terms.end().term)
      return fail(ErrorCode::SEGMENT_CORRUPT, "a snapshot whose terms fall");
    terms.append(next);
  }
  return terms;
}

void write(Writer& to, const raft::Membership& membership) {
  to.number(membership.voters.size());
  for (raft::ReplicaId id : membership.voters) to.number(id.value());
  to.number(membership.learners.size());
  for (raft::ReplicaId id : membership.learners) to.number(id.value());
}

raft::Membership read_membership(Reader& from) {
  raft::Membership membership;
  for (uint64_t left = from.count(); left > 0; --left)
    membership.voters.emplace_back(from.number());
  for (uint64_t left = from.count(); left > 0; --left)
    membership.learners.emplace_back(from.number());
  return membership;
}

}  // namespace

// The part of a snapshot that is folded from headers.
class DerivedStateCodec {
 public:
  static void write(Writer& to, const DerivedState& state) {
    to.number(state.end_.value());
    to.time(state.last_time_);
    to.put(state.chain_.bytes());
    to.number(state.next_seqs_.size());
    for (const auto& [topic, seq] : state.next_seqs_) {
      to.number(topic.value());
      to.number(seq.value());
    }
    to.number(state.apps_.size());
    for (const auto& [id, app] : state.apps_) write_app(to, id, app);
    to.number(planted(Bug::kLoseProducers) ? 0 : state.producers_.size());
    if (!planted(Bug::kLoseProducers))
      for (const auto& [id, producer] : state.producers_) write_producer(to, id, producer);
    to.number(state.links_.size());
    for (const auto& [key, seq] : state.links_) {
      to.number(key.space.value());
      to.number(key.partition.value());
      to.number(key.topic.value());
      to.number(seq.value());
    }
  }

  static DerivedState read(Reader& from) {
    DerivedState state;
    state.end_ = Offset(from.number());
    state.last_time_ = from.time();
    state.chain_ = from.hash();
    for (uint64_t left = from.count(); left > 0; --left) {
      TopicId topic(static_cast<uint32_t>(from.number()));
      state.next_seqs_[topic] = Seq(from.number());
    }
    for (uint64_t left = from.count(); left > 0; --left) read_app(from, state);
    for (uint64_t left = from.count(); left > 0; --left) read_producer(from, state);
    for (uint64_t left = from.count(); left > 0; --left) {
      LinkKey key;
      key.space = SpaceId(static_cast<uint32_t>(from.number()));
      key.partition = PartitionId(static_cast<uint32_t>(from.number()));
      key.topic = TopicId(static_cast<uint32_t>(from.number()));
      state.links_[key] = Seq(from.number());
    }
    return state;
  }

 private:
  static void write_app(Writer& to, AppId id, const AppState& app) {
    to.number(id.value());
    to.guard(app.claim);
    to.receipt(app.claimed);
    to.number(app.position.value());
    to.number(app.next_number().value());
    to.number(app.steps.size());
    for (const Remembered& step : app.steps) {
      to.guard(step.guard);
      to.put(step.content.bytes());
      to.receipt(step.receipt);
    }
  }

  static void read_app(Reader& from, DerivedState& state) {
    AppState& app = state.apps_[AppId(static_cast<uint32_t>(from.number()))];
    app.claim = from.guard<wire::ClaimGuard>(wire::GuardKind::kClaim);
    app.claimed = from.receipt();
    app.position = Offset(from.number());
    if (uint64_t next = from.number(); next > 0) app.last_number = StepNumber(next - 1);
    for (uint64_t left = from.count(); left > 0 && !from.failed(); --left) {
      Remembered step;
      step.guard = from.guard<wire::StepGuard>(wire::GuardKind::kStep);
      step.content = from.hash();
      step.receipt = from.receipt();
      app.steps.push_back(step);
    }
  }

  // Sequences are dense, so the batches' guards need not be written.
  static void write_producer(Writer& to, const wire::ProducerId& id, const ProducerState& state) {
    to.time(id.made_at);
    to.number(id.random);
    to.number(state.next_sequence);
    to.time(state.last_time);
    to.number(state.batches.size());
    for (const Remembered& batch : state.batches) {
      to.put(batch.content.bytes());
      to.receipt(batch.receipt);
    }
  }

  static void read_producer(Reader& from, DerivedState& state) {
    wire::ProducerId id;
    id.made_at = from.time();
    id.random = from.number();
    ProducerState& producer = state.producers_[id];
    producer.next_sequence = from.number();
    producer.last_time = from.time();
    state.producers_by_age_.insert({producer.last_time, id});
    uint64_t count = from.count();
    for (uint64_t left = count; left > 0 && !from.failed(); --left) {
      Remembered batch;
      batch.guard = wire::ProducerGuard{id, producer.next_sequence - left};
      batch.content = from.hash();
      batch.receipt = from.receipt();
      producer.batches.push_back(batch);
    }
  }
};

Buffer encode_snapshot(const Snapshot& snapshot) {
  Writer to;
  to.number(kVersion);
  DerivedStateCodec::write(to, snapshot.state);
  write(to, snapshot.terms, snapshot.state.end());
  write(to, snapshot.membership);
  return to.take();
}

Result<Snapshot> decode_snapshot(Bytes bytes) {
  Reader from(bytes);
  if (from.number() != kVersion)
    return fail(ErrorCode::VERSION_UNSUPPORTED, "a snapshot of another version");
  Snapshot snapshot;
  snapshot.state = DerivedStateCodec::read(from);
  TRY_ASSIGN(snapshot.terms, read_terms(from));
  snapshot.membership = read_membership(from);
  if (!from.whole() || snapshot.terms.end().end != snapshot.state.end())
    return fail(ErrorCode::SEGMENT_CORRUPT, "a snapshot that contradicts itself");
  return snapshot;
}

Result<void> StoredLog::on_snapshot(Bytes bytes) {
  TRY_ASSIGN(Snapshot snapshot, decode_snapshot(bytes));
  state = std::move(snapshot.state);
  terms = std::move(snapshot.terms);
  memberships = raft::MembershipHistory(std::move(snapshot.membership));
  return {};
}

void StoredLog::on_batch(const wire::Batch& batch) {
  state.apply(batch.header());
  auto entry = entry_of(batch);
  CHECK(entry.has_value(), "it was checked when it was appended");
  terms.append(entry->position());
  if (entry->membership) memberships.append(entry->first, *entry->membership);
}

Buffer StoredLog::snapshot() const {
  return encode_snapshot({.state = state, .terms = terms, .membership = memberships.in_force()});
}

}  // namespace usher::partition

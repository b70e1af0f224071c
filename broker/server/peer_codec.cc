#include "broker/server/peer_codec.h"

#include "broker/partition/control_batch.h"

namespace usher::server {
namespace {

using wire::PeerMessage;
using Kind = wire::PeerMessageKind;

void set_position(PeerMessage& to, raft::LogPosition position) {
  to.end = position.end;
  to.end_term = position.term;
}
raft::LogPosition position_of(const PeerMessage& from) { return {from.end, from.end_term}; }

void fill(PeerMessage& to, const raft::PreVoteRequest& body) {
  to.kind = Kind::kPreVoteRequest;
  set_position(to, body.last);
}
void fill(PeerMessage& to, const raft::PreVoteReply& body) {
  to.kind = Kind::kPreVoteReply;
  to.round = body.proposed.value();
  to.yes = body.granted;
}
void fill(PeerMessage& to, const raft::VoteRequest& body) {
  to.kind = Kind::kVoteRequest;
  set_position(to, body.last);
  to.yes = body.leader_agreed;
}
void fill(PeerMessage& to, const raft::VoteReply& body) {
  to.kind = Kind::kVoteReply;
  to.yes = body.granted;
}
void fill(PeerMessage& to, const raft::AppendRequest& body) {
  to.kind = Kind::kAppendRequest;
  set_position(to, body.prev);
  to.commit = body.commit;
  to.batches = static_cast<uint16_t>(body.entries.size());
}
void fill(PeerMessage& to, const raft::AppendAccepted& body) {
  to.kind = Kind::kAppendAccepted;
  to.end = body.match;
}
void fill(PeerMessage& to, const raft::AppendRejected& body) {
  to.kind = Kind::kAppendRejected;
  to.commit = body.prev_end;
  set_position(to, body.hint);
}
void fill(PeerMessage& to, const raft::Heartbeat& body) {
  to.kind = Kind::kHeartbeat;
  to.commit = body.commit;
  to.round = body.round.value();
}
void fill(PeerMessage& to, const raft::HeartbeatReply& body) {
  to.kind = Kind::kHeartbeatReply;
  to.round = body.round.value();
}
void fill(PeerMessage& to, const raft::CampaignNow&) { to.kind = Kind::kCampaignNow; }
void fill(PeerMessage& to, const raft::TermIsOver&) { to.kind = Kind::kTermIsOver; }

using Body = decltype(raft::Message::body);

Result<Body> append_request(const PeerMessage& from, const std::vector<wire::Batch>& batches) {
  raft::AppendRequest request{.prev = position_of(from), .entries = {}, .commit = from.commit};
  for (const wire::Batch& batch : batches) {
    if (!batch.header().sealed())
      return fail(ErrorCode::BATCH_MALFORMED, "a batch without a place");
    TRY_ASSIGN(raft::Entry entry, partition::entry_of(batch));
    request.entries.push_back(std::move(entry));
  }
  return request;
}

Result<Body> body_of(const PeerMessage& from, const std::vector<wire::Batch>& batches) {
  switch (from.kind) {
    case Kind::kPreVoteRequest:
      return raft::PreVoteRequest{position_of(from)};
    case Kind::kPreVoteReply:
      return raft::PreVoteReply{.proposed = Term(from.round), .granted = from.yes};
    case Kind::kVoteRequest:
      return raft::VoteRequest{.last = position_of(from), .leader_agreed = from.yes};
    case Kind::kVoteReply:
      return raft::VoteReply{from.yes};
    case Kind::kAppendRequest:
      return append_request(from, batches);
    case Kind::kAppendAccepted:
      return raft::AppendAccepted{from.end};
    case Kind::kAppendRejected:
      return raft::AppendRejected{.prev_end = from.commit, .hint = position_of(from)};
    case Kind::kHeartbeat:
      return raft::Heartbeat{.commit = from.commit, .round = raft::ReadNumber(from.round)};
    case Kind::kHeartbeatReply:
      return raft::HeartbeatReply{raft::ReadNumber(from.round)};
    case Kind::kCampaignNow:
      return raft::CampaignNow{};
    case Kind::kTermIsOver:
      break;
    case Kind::kSnapshot:
    case Kind::kSnapshotInstalled:
      return fail(ErrorCode::BATCH_MALFORMED, "a snapshot is no message of consensus");
  }
  return raft::TermIsOver{};
}

}  // namespace

PeerMessage to_wire(journal::PartitionKey key, const raft::Message& message) {
  PeerMessage wired{.space = key.space,
                    .partition = key.partition,
                    .from = message.from.value(),
                    .to = message.to.value(),
                    .term = message.term};
  std::visit([&](const auto& body) { fill(wired, body); }, message.body);
  return wired;
}

PeerMessage to_wire(journal::PartitionKey key, const partition::SnapshotMessage& message) {
  PeerMessage wired{.space = key.space,
                    .partition = key.partition,
                    .from = message.from.value(),
                    .to = message.to.value(),
                    .kind = message.head.empty() ? Kind::kSnapshotInstalled : Kind::kSnapshot,
                    .round = message.head.size()};
  set_position(wired, message.at);
  return wired;
}

bool is_snapshot(const PeerMessage& message) {
  return message.kind == Kind::kSnapshot || message.kind == Kind::kSnapshotInstalled;
}

Result<partition::SnapshotMessage> snapshot_from_wire(const PeerMessage& message, Buffer& payload) {
  partition::SnapshotMessage read{.from = raft::ReplicaId(message.from),
                                  .to = raft::ReplicaId(message.to),
                                  .at = position_of(message)};
  if (message.kind == Kind::kSnapshotInstalled) return read;
  if (message.round == 0 || message.round > payload.size())
    return fail(ErrorCode::BATCH_MALFORMED, "a snapshot that is not there");
  read.head = payload.slice(0, message.round);
  payload = payload.slice(message.round, payload.size() - message.round);
  return read;
}

Result<raft::Message> from_wire(const PeerMessage& message,
                                const std::vector<wire::Batch>& batches) {
  raft::Message read{.from = raft::ReplicaId(message.from),
                     .to = raft::ReplicaId(message.to),
                     .term = message.term,
                     .body = {}};
  TRY_ASSIGN(read.body, body_of(message, batches));
  return read;
}

Result<std::vector<wire::Batch>> take_batches(Buffer& payload, size_t count) {
  std::vector<wire::Batch> batches;
  while (batches.size() < count) {
    TRY_ASSIGN(wire::Batch batch, wire::Batch::decode(payload));
    size_t bytes = batch.header().batch_bytes();
    payload = payload.slice(bytes, payload.size() - bytes);
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace usher::server

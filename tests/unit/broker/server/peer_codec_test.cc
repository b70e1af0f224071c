#include "broker/server/peer_codec.h"

#include "broker/partition/control_batch.h"

#include "tests/doctest.h"

namespace usher::server {
namespace {

constexpr journal::PartitionKey kKey{.space = SpaceId(4), .partition = PartitionId(5)};

wire::Batch sealed(uint64_t offset) {
  raft::Entry entry{.term = Term(3),
                    .first = Offset(offset),
                    .end = Offset(offset + 1),
                    .kind = raft::EntryKind::kNewLeader,
                    .membership = {}};
  wire::Batch batch = partition::control_batch(entry);
  std::vector<Seq> seqs{Seq(0)};
  auto header = wire::BatchHeader::decode(wire::seal(batch.header(),
                                                     {.space = kKey.space,
                                                      .partition = kKey.partition,
                                                      .term = Term(3),
                                                      .base_offset = Offset(offset),
                                                      .time = WallTime(1)},
                                                     seqs, {}));
  REQUIRE(header);
  return batch.with_header(*header);
}

// Sent and received, it says the same: told by its words on the wire, and by its own kind.
void expect_same(const raft::Message& message, const std::vector<wire::Batch>& batches = {}) {
  wire::PeerMessage wired = to_wire(kKey, message);
  auto back = from_wire(wired, batches);
  REQUIRE(back);
  EXPECT(back->body.index() == message.body.index());
  EXPECT(to_wire(kKey, *back) == wired);
}

raft::Message message(decltype(raft::Message::body) body) {
  return {.from = raft::ReplicaId(11), .to = raft::ReplicaId(12), .term = Term(3), .body = body};
}

TEST_CASE("every message of replicas arrives as it was sent") {
  raft::LogPosition position{Offset(9), Term(2)};
  expect_same(message(raft::PreVoteRequest{position}));
  expect_same(message(raft::PreVoteReply{.proposed = Term(4), .granted = true}));
  expect_same(message(raft::VoteRequest{.last = position, .leader_agreed = true}));
  expect_same(message(raft::VoteReply{true}));
  expect_same(message(raft::AppendAccepted{Offset(8)}));
  expect_same(message(raft::AppendRejected{.prev_end = Offset(9), .hint = position}));
  expect_same(message(raft::Heartbeat{.commit = Offset(7), .round = raft::ReadNumber(6)}));
  expect_same(message(raft::HeartbeatReply{raft::ReadNumber(6)}));
  expect_same(message(raft::CampaignNow{}));
  expect_same(message(raft::TermIsOver{}));
}

TEST_CASE("an append's entries are told by its batches") {
  std::vector<wire::Batch> batches{sealed(9), sealed(10)};
  raft::AppendRequest request{.prev = {Offset(9), Term(2)}, .entries = {}, .commit = Offset(7)};
  for (const wire::Batch& batch : batches) request.entries.push_back(*partition::entry_of(batch));
  auto back = from_wire(to_wire(kKey, message(request)), batches);
  REQUIRE(back);
  EXPECT(std::get<raft::AppendRequest>(back->body).entries == request.entries);
}

TEST_CASE("batches are taken from a payload one behind the other") {
  std::vector<std::byte> bytes;
  for (uint64_t offset : {9, 10}) {
    wire::Batch batch = sealed(offset);
    for (Bytes part : {batch.header().bytes().bytes(), batch.body().bytes()})
      bytes.insert(bytes.end(), part.begin(), part.end());
  }
  Buffer payload = Buffer::copy_of(bytes);
  auto first = take_batches(payload, 1);
  REQUIRE(first);
  EXPECT(first->at(0).header().place().base_offset == Offset(9));
  auto second = take_batches(payload, 1);
  REQUIRE(second);
  EXPECT(payload.empty());
  EXPECT(!take_batches(payload, 1));
}

}  // namespace
}  // namespace usher::server

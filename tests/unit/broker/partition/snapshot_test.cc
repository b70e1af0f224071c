#include "broker/partition/snapshot.h"

#include "tests/unit/broker/partition/log_by_hand.h"

namespace usher::partition {
namespace {

constexpr AppId kCountingApp{4};

// A log with something of everything that a snapshot holds.
LogByHand busy_log() {
  LogByHand log;
  wire::ProducerId producer{.made_at = log.time, .random = 5};
  for (uint64_t i = 0; i < 12; ++i) log.append(wire::ProducerGuard{producer, i}, "p");
  log.append(wire::ProducerGuard{{.made_at = log.time, .random = 6}, 0});
  log.append(wire::ClaimGuard{.app = kCountingApp,
                              .app_version = 2,
                              .epoch = Epoch(3),
                              .member = MemberId(7),
                              .reset_to = {},
                              .settings = {}});
  for (uint64_t i = 0; i < 3; ++i)
    log.append(wire::StepGuard{.app = kCountingApp,
                               .timers_fired = 0,
                               .mark = wire::StepMark::kNone,
                               .epoch = Epoch(3),
                               .number = StepNumber(i),
                               .from = Offset(i),
                               .to = Offset(i + 1),
                               .witness = Offset(i),
                               .input_term = Term(1)});
  log.append(wire::LinkGuard{SpaceId(9), PartitionId(1), TopicId(30), Seq(0), Seq(5)});
  log.append(wire::NoGuard{}, "v", TopicId(22));
  return log;
}

Snapshot snapshot_of(const LogByHand& log) {
  Snapshot snapshot{.state = log.state, .terms = {}, .membership = {}};
  for (uint64_t i = 0; i < log.terms.size(); ++i)
    snapshot.terms.append({Offset(i + 1), log.terms[i]});
  snapshot.membership.voters = {raft::ReplicaId(1), raft::ReplicaId(2)};
  snapshot.membership.learners = {raft::ReplicaId(9)};
  return snapshot;
}

TEST_CASE("what comes back from a snapshot judges as the state did") {
  LogByHand log = busy_log();
  auto back = decode_snapshot(encode_snapshot(snapshot_of(log)));
  REQUIRE(back);
  LogByHand again = busy_log();
  again.state = back->state;
  std::vector<wire::Guard> asked;
  for (uint64_t i = 0; i < 14; ++i)
    asked.emplace_back(wire::ProducerGuard{{.made_at = log.time, .random = 5}, i});
  asked.emplace_back(wire::ProducerGuard{{.made_at = log.time, .random = 6}, 1});
  for (uint64_t epoch : {2, 3, 4})
    asked.emplace_back(wire::ClaimGuard{.app = kCountingApp,
                                        .app_version = 2,
                                        .epoch = Epoch(epoch),
                                        .member = MemberId(7),
                                        .reset_to = {},
                                        .settings = {}});
  for (uint64_t i = 0; i < 5; ++i)
    asked.emplace_back(wire::StepGuard{.app = kCountingApp,
                                       .timers_fired = 0,
                                       .mark = wire::StepMark::kNone,
                                       .epoch = Epoch(3),
                                       .number = StepNumber(i),
                                       .from = Offset(i),
                                       .to = Offset(i + 1),
                                       .witness = Offset(i),
                                       .input_term = Term(1)});
  for (uint64_t from : {0, 5, 6})
    asked.emplace_back(
        wire::LinkGuard{SpaceId(9), PartitionId(1), TopicId(30), Seq(from), Seq(from + 1)});
  for (const wire::Guard& guard : asked)
    for (const char* value : {"p", "v"})
      EXPECT(in_words(again.judge(guard, value)) == in_words(log.judge(guard, value)));
}

TEST_CASE("a snapshot comes back whole, and another that says the same is the same bytes") {
  LogByHand log = busy_log();
  Snapshot snapshot = snapshot_of(log);
  Buffer bytes = encode_snapshot(snapshot);
  auto back = decode_snapshot(bytes);
  REQUIRE(back);
  EXPECT(equal(encode_snapshot(*back), bytes));
  EXPECT(back->state.end() == log.state.end());
  EXPECT(back->state.chain() == log.state.chain());
  EXPECT(back->state.next_seq(TopicId(20)) == log.state.next_seq(TopicId(20)));
  EXPECT(back->membership == snapshot.membership);
  EXPECT(back->terms.spans() == snapshot.terms.spans());
}

TEST_CASE("a snapshot that is cut off anywhere is refused") {
  Buffer bytes = encode_snapshot(snapshot_of(busy_log()));
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT(!decode_snapshot(bytes.slice(0, size)));
}

}  // namespace
}  // namespace usher::partition

#include "client/lane.h"

#include "tests/doctest.h"

namespace usher::client {
namespace {

constexpr MonotonicTime kStart{100s};
constexpr TopicId kTopic{20};

struct LaneWorld {
  explicit LaneWorld(LaneOptions options = {}) : lane(options) {}

  void add(const std::string& text) {
    auto added = lane.add(
        kTopic, {.key = {}, .value = as_bytes(text), .headers = {}}, text.size(),
        [this, text](const Result<Receipt>& outcome) {
          told.push_back(text +
                         (outcome ? fmt_of(*outcome) : " " + std::string(outcome.error().name())));
        },
        now);
    REQUIRE(added.has_value());
  }
  static std::string fmt_of(const Receipt& receipt) {
    return "@" + std::to_string(receipt.offset.value()) + "/" + std::to_string(receipt.seq.value());
  }
  // The sequences that go out now.
  std::vector<uint64_t> pump() {
    std::vector<uint64_t> sequences;
    if (lane.wants_identity(now)) lane.take_identity(next_id(), now);
    while (auto sending = lane.next(now)) {
      const auto& guard = sending->batch.header().guard();
      const auto* producer = std::get_if<wire::ProducerGuard>(&guard);
      sequences.push_back(producer ? producer->sequence : 999);
      identity = producer ? producer->producer.random : 0;
      sent.push_back(std::move(*sending));
    }
    return sequences;
  }
  wire::ProducerId next_id() { return {WallTime(1), ++last_id}; }
  void answer(size_t which, uint64_t base) {
    uint32_t records = sent[which].batch.header().records();
    wire::AppendReply reply;
    reply.base = Offset(base);
    reply.end = Offset(base + records);
    reply.base_seqs = {Seq(base)};
    lane.answered(sent[which].number, std::move(reply), now);
    tell();
  }
  void refuse(size_t which, ErrorCode code) {
    lane.failed(sent[which].number, {code, ""}, now);
    tell();
  }
  void tell() {
    for (Settled& settled : lane.take_settled()) settled.tell(PartitionId(3));
  }
  void pass(Duration time) {
    now = now + time;
    lane.pass_time(now);
    tell();
  }

  Lane lane;
  MonotonicTime now = kStart;
  std::vector<Lane::Sending> sent;
  std::vector<std::string> told;
  uint64_t last_id = 0;
  uint64_t identity = 0;
};

using Numbers = std::vector<uint64_t>;
using Words = std::vector<std::string>;

TEST_CASE("without linger the first goes at once, and what comes meanwhile goes together") {
  LaneWorld world;
  world.add("a");
  EXPECT(world.pump() == Numbers{0});
  world.add("b");
  world.add("c");
  EXPECT(world.pump().empty());
  world.answer(0, 10);
  EXPECT(world.pump() == Numbers{1});
  EXPECT(world.sent[1].batch.header().records() == 2);
  world.answer(1, 20);
  EXPECT(world.told == Words{"a@10/10", "b@20/20", "c@21/21"});
  EXPECT(world.lane.is_idle());
}

TEST_CASE("a full batch does not wait for the one before it; eight are in flight and no more") {
  LaneWorld world({.batch_bytes = 1});
  for (int i = 0; i < 12; ++i) world.add("x");
  EXPECT(world.pump() == Numbers{0, 1, 2, 3, 4, 5, 6, 7});
  world.answer(3, 30);
  EXPECT(world.pump().empty());  // the partition remembers eight, counted from the oldest open one
  world.answer(0, 0);
  EXPECT(world.pump() == Numbers{8});
}

TEST_CASE("with linger records wait for company, and not longer") {
  LaneWorld world({.linger = 5ms});
  world.add("a");
  EXPECT(world.pump().empty());
  EXPECT(world.lane.wake_at() == kStart + 5ms);
  world.pass(5ms);
  EXPECT(world.pump() == Numbers{0});
}

TEST_CASE("flush sends what is open even where another batch is in flight") {
  LaneWorld world;
  world.add("a");
  world.pump();
  world.add("b");
  world.lane.flush();
  EXPECT(world.pump() == Numbers{1});
}

TEST_CASE("a lost connection sends the same batches again, in order, under their sequences") {
  LaneWorld world({.batch_bytes = 1});
  for (const char* text : {"a", "b", "c"}) world.add(text);
  world.pump();
  for (size_t i : {0, 1, 2}) world.refuse(i, ErrorCode::CONNECTION_LOST);
  EXPECT(world.pump().empty());  // not before the delay
  world.pass(100ms);
  EXPECT(world.pump() == Numbers{0, 1, 2});
  EXPECT(world.identity == 1);
}

TEST_CASE("a batch that failed for good does not make those behind it fail") {
  LaneWorld world({.batch_bytes = 1});
  for (const char* text : {"a", "b", "c"}) world.add(text);
  world.pump();
  world.refuse(0, ErrorCode::WRONG_WRITER);
  world.add("d");
  EXPECT(world.pump().empty());  // the window drains
  world.refuse(1, ErrorCode::SEQUENCE_TOO_EARLY);
  world.refuse(2, ErrorCode::SEQUENCE_TOO_EARLY);
  EXPECT(world.told == Words{"a WRONG_WRITER"});
  world.pass(100ms);
  EXPECT(world.pump() == Numbers{0, 1, 2});
  EXPECT(world.identity == 2);  // sequences of the old one are never used for other records
}

TEST_CASE("behind a failure, what may have been written is not written again under a new id") {
  LaneWorld world({.batch_bytes = 1});
  for (const char* text : {"a", "b"}) world.add(text);
  world.pump();
  world.refuse(1, ErrorCode::CONNECTION_LOST);
  world.refuse(0, ErrorCode::PRODUCER_UNKNOWN);
  world.pass(100ms);
  EXPECT(world.pump() == Numbers{1});
  world.refuse(2, ErrorCode::SEQUENCE_TOO_EARLY);
  EXPECT(world.told == Words{"a PRODUCER_UNKNOWN", "b TIMED_OUT"});
}

TEST_CASE("the deadline holds for what was never sent, which surely was not written") {
  LaneWorld world({.batch_bytes = 1, .deadline = 1s});
  world.add("a");
  world.pass(2s);
  EXPECT(world.told == Words{"a UNREACHABLE"});
  EXPECT(world.lane.is_idle());
}

TEST_CASE("an identity that rested for long is replaced before it is refused") {
  LaneWorld world;
  world.add("a");
  world.pump();
  world.answer(0, 0);
  world.now = world.now + limits::kProducerIdAge + 1s;
  world.add("b");
  EXPECT(world.lane.wants_identity(world.now));
  EXPECT(world.pump() == Numbers{0});
  EXPECT(world.identity == 2);
}

TEST_CASE("without idempotence one batch is in flight, and an unknown outcome is told") {
  LaneWorld world({.batch_bytes = 1, .idempotent = false});
  world.add("a");
  world.add("b");
  EXPECT(world.pump() == Numbers{999});
  world.refuse(0, ErrorCode::CONNECTION_LOST);
  EXPECT(world.told == Words{"a CONNECTION_LOST"});
  EXPECT(world.pump() == Numbers{999});
}

}  // namespace
}  // namespace usher::client

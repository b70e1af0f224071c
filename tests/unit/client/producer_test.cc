#include "client/producer.h"

#include <fmt/format.h>

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::client {
namespace {

constexpr Topic kSeatsTopic{SpaceId(7), TopicId(20)};

struct ProducerWorld {
  explicit ProducerWorld(ProducerOptions options = {}) : cluster(brokers.connect()) {
    bool known = false;
    cluster->with_metadata(10s, [&](Result<MetadataPtr> metadata) {
      REQUIRE(metadata.has_value());
      known = true;
    });
    REQUIRE(brokers.run_until([&] { return known; }));
    producer.emplace(*cluster, options);
  }
  Result<void> send(std::string_view value, uint32_t partition = 0) {
    return producer->send_to(kSeatsTopic, PartitionId(partition),
                             {.key = as_bytes("k"), .value = as_bytes(value), .headers = {}},
                             [this](const Result<Receipt>& outcome) {
                               ++told;
                               if (outcome)
                                 receipts.push_back(*outcome);
                               else
                                 errors.push_back(outcome.error());
                             });
  }
  bool settle() {
    return brokers.run_until([&] { return producer->unsettled() == 0; });
  }

  FakeCluster brokers;
  std::unique_ptr<Cluster> cluster;
  std::optional<Producer> producer;
  size_t told = 0;
  std::vector<Receipt> receipts;
  std::vector<Error> errors;
};

TEST_CASE("records are written in order and each gets its receipt") {
  ProducerWorld world;
  for (char c : std::string("abcdef")) REQUIRE(world.send(std::string(1, c)));
  REQUIRE(world.settle());
  EXPECT(world.brokers.values(0) == "abcdef");
  REQUIRE(world.receipts.size() == 6);
  EXPECT(world.receipts[4].offset == Offset(4));
  EXPECT(world.receipts[4].seq == Seq(4));
  EXPECT(world.receipts[4].replicas == 2);
}

TEST_CASE("a record's partition follows from its key") {
  ProducerWorld world;
  for (int i = 0; i < 40; ++i) {
    std::string key = fmt::format("key {}", i);
    REQUIRE(world.producer->send(
        kSeatsTopic, {.key = as_bytes(key), .value = as_bytes("v"), .headers = {}},
        [&, key](const Result<Receipt>& outcome) {
          REQUIRE(outcome.has_value());
          EXPECT(outcome->partition.value() == slot_of_key(as_bytes(key)).value() % 2);
        }));
  }
  REQUIRE(world.settle());
  EXPECT(!world.brokers.values(0).empty());
  EXPECT(!world.brokers.values(1).empty());
}

TEST_CASE("a leader that moved is found by what the old one says") {
  ProducerWorld world;
  REQUIRE(world.send("a"));
  REQUIRE(world.settle());
  world.brokers.lead(3);
  REQUIRE(world.send("b"));
  REQUIRE(world.settle());
  EXPECT(world.brokers.values(0) == "ab");
  EXPECT(world.errors.empty());
  EXPECT(world.receipts[1].term == Term(2));
}

TEST_CASE(
    "a leader that was killed with batches on their way: written once, in order, within 1 s") {
  ProducerWorld world({.lane = {.batch_bytes = 1}});
  REQUIRE(world.send("a"));
  REQUIRE(world.settle());
  world.brokers.answers_to_lose = 3;
  for (const char* text : {"b", "c", "d", "e", "f"}) REQUIRE(world.send(text));
  world.brokers.loop.run_for(10ms);
  world.brokers.lead(2);
  world.brokers.kill(1);
  world.brokers.lost.clear();
  MonotonicTime killed = world.brokers.loop.now();
  REQUIRE(world.settle());
  EXPECT(world.brokers.loop.now() - killed < 1s);
  EXPECT(world.brokers.values(0) == "abcdef");
  EXPECT(world.errors.empty());
  EXPECT(world.receipts.size() == 6);
}

TEST_CASE("answers that never come are asked for again, under the same sequence") {
  ProducerWorld world;
  world.brokers.answers_to_lose = 1;
  REQUIRE(world.send("a"));
  REQUIRE(world.settle());
  EXPECT(world.brokers.values(0) == "a");
  EXPECT(world.receipts.size() == 1);
  EXPECT(world.brokers.appends > 1);
}

TEST_CASE("a refusal that stays is told, and what comes behind it is written all the same") {
  ProducerWorld world({.lane = {.batch_bytes = 1}});
  world.brokers.refusals = {{ErrorCode::WRONG_WRITER, "an app's topic"}};
  for (const char* text : {"a", "b", "c"}) REQUIRE(world.send(text));
  REQUIRE(world.settle());
  REQUIRE(world.errors.size() == 1);
  EXPECT(world.errors[0].code == ErrorCode::WRONG_WRITER);
  EXPECT(outcome_of(world.errors[0]) == Outcome::kNotDone);
  EXPECT(world.brokers.values(0) == "bc");
}

TEST_CASE("without any broker the deadline ends it, as surely not done where nothing left") {
  ProducerWorld world({.lane = {.deadline = 5s}});
  for (uint32_t id : {1U, 2U, 3U}) world.brokers.kill(id);
  world.brokers.loop.run_for(1s);
  REQUIRE(world.send("a"));
  REQUIRE(world.settle());
  REQUIRE(world.errors.size() == 1);
  EXPECT(world.errors[0].code == ErrorCode::UNREACHABLE);
}

TEST_CASE("an outcome that is unknown is never called a failure for sure") {
  ProducerWorld world({.lane = {.deadline = 5s}});
  world.brokers.answers_to_lose = 1'000;
  REQUIRE(world.send("a"));
  world.brokers.loop.run_for(100ms);
  for (uint32_t id : {1U, 2U, 3U}) world.brokers.kill(id);
  world.brokers.lost.clear();
  REQUIRE(world.settle());
  REQUIRE(world.errors.size() == 1);
  EXPECT(outcome_of(world.errors[0]) == Outcome::kUnknown);
}

TEST_CASE("memory is bounded: send refuses, and says when there is room") {
  ProducerWorld world({.memory_bytes = 1'000});
  size_t taken = 0;
  while (world.send(std::string(100, 'x'))) ++taken;
  EXPECT(taken > 2);
  EXPECT(taken < 10);
  bool room = false;
  world.producer->when_room([&] { room = true; });
  REQUIRE(world.brokers.run_until([&] { return room; }));
  EXPECT(world.send("more").has_value());
}

TEST_CASE("flush calls back when every outcome is told") {
  ProducerWorld world({.lane = {.linger = 10s}});
  REQUIRE(world.send("a"));
  bool flushed = false;
  world.producer->flush([&] {
    flushed = true;
    EXPECT(world.told == 1);
  });
  REQUIRE(world.brokers.run_until([&] { return flushed; }, 5s));
}

}  // namespace
}  // namespace usher::client

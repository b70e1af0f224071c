#include "processors/daemon/cluster_log.h"

#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::processors {
namespace {

wire::Batch two_topics(std::string_view value) {
  wire::BatchBuilder builder;
  for (uint32_t topic : {20, 21})
    REQUIRE(builder.add(TopicId(topic), {.key = {}, .value = as_bytes(value), .headers = {}}));
  return builder.finish(wire::NoGuard{});
}

struct World {
  World() {
    cluster->doubt();
    REQUIRE(brokers.run_until([&] { return cluster->metadata() != nullptr; }));
  }
  void append(std::string_view value) {
    log.append(two_topics(value), [this](Result<Receipt> receipt) { receipts.push_back(receipt); });
  }
  Result<FetchAnswer> fetch(FetchRequest request) {
    std::optional<Result<FetchAnswer>> answer;
    log.fetch(std::move(request), [&](Result<FetchAnswer> told) { answer = std::move(told); });
    REQUIRE(!answer);
    REQUIRE(brokers.run_until([&] { return answer.has_value(); }));
    return std::move(*answer);
  }

  client::FakeCluster brokers;
  std::unique_ptr<client::Cluster> cluster = brokers.connect();
  ClusterLog log{*cluster, {SpaceId(7), PartitionId(1)}};
  std::vector<Result<Receipt>> receipts;
};

TEST_CASE("appends leave in the order of the calls, without waiting for each other") {
  World world;
  for (const char* value : {"a", "b", "c"}) world.append(value);
  REQUIRE(world.brokers.run_until([&] { return world.receipts.size() == 3; }));
  EXPECT(world.brokers.values(1) == "abc");
  EXPECT(world.receipts[2]->base == Offset(4));
  EXPECT(world.receipts[2]->end == Offset(6));
  EXPECT(world.log.seen_commit() == Offset(6));
}

TEST_CASE("a refusal comes as it was said, and nothing is sent again") {
  World world;
  world.brokers.refusals = {{ErrorCode::TOO_EARLY, "step 4 is missing", 4}};
  world.append("a");
  REQUIRE(world.brokers.run_until([&] { return world.receipts.size() == 1; }));
  EXPECT(world.receipts[0].error().code == ErrorCode::TOO_EARLY);
  EXPECT(world.receipts[0].error().at == 4);
  EXPECT(world.brokers.appends == 1);
}

TEST_CASE("an answer that is lost is an unknown outcome, in time") {
  World world;
  world.brokers.answers_to_lose = 1;
  world.append("a");
  REQUIRE(world.brokers.run_until([&] { return world.receipts.size() == 1; }, 3s));
  EXPECT(world.receipts[0].error().retry() == Retry::kUnknown);
}

TEST_CASE("the next attempt goes where a refusal said that the leader is") {
  World world;
  world.brokers.lead(2);
  world.append("a");
  REQUIRE(world.brokers.run_until([&] { return world.receipts.size() == 1; }));
  EXPECT(world.receipts[0].error().code == ErrorCode::NOT_LEADER);
  world.append("a");
  REQUIRE(world.brokers.run_until([&] { return world.receipts.size() == 2; }));
  EXPECT(world.receipts[1].has_value());
}

TEST_CASE("batches come whole, whatever topic was asked for") {
  World world;
  world.append("a");
  world.append("b");
  REQUIRE(world.brokers.run_until([&] { return world.receipts.size() == 2; }));
  auto answer = world.fetch({.from = Offset(0), .topics = {TopicId(20)}, .bytes_max = 1'000'000});
  REQUIRE(answer.has_value());
  REQUIRE(answer->batches.size() == 2);
  EXPECT(answer->batches[1].header().topics().size() == 2);
  EXPECT(answer->batches[1].check_whole().has_value());
  EXPECT(answer->scanned == Offset(4));
  EXPECT(answer->scanned_term == Term(1));
  EXPECT(answer->commit == Offset(4));
}

TEST_CASE("a fetch of whoever does not lead says so, and the next asks the leader") {
  World world;
  world.brokers.lead(3);
  auto refused = world.fetch({.from = Offset(0), .bytes_max = 1'000});
  REQUIRE(!refused.has_value());
  EXPECT(refused.error().code == ErrorCode::NOT_LEADER);
  EXPECT(world.fetch({.from = Offset(0), .bytes_max = 1'000}).has_value());
}

TEST_CASE("a read index names the commit and the newest claim") {
  World world;
  std::optional<Result<ReadIndex>> index;
  world.append("a");
  world.log.read_index(AppId(3), [&](Result<ReadIndex> told) { index = told; });
  REQUIRE(world.brokers.run_until([&] { return index.has_value(); }));
  REQUIRE(index->has_value());
  EXPECT((*index)->commit == Offset(2));
  EXPECT((*index)->newest_claim == Epoch());
}

TEST_CASE("whoever is gone is not called") {
  World world;
  bool called = false;
  {
    ClusterLog shortly(*world.cluster, {SpaceId(7), PartitionId(1)});
    shortly.fetch({.from = Offset(0), .bytes_max = 1}, [&](auto) { called = true; });
  }
  world.brokers.loop.run_for(5s);
  EXPECT(!called);
}

}  // namespace
}  // namespace usher::processors

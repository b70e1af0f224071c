#include "client/consumer.h"

#include "client/producer.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::client {
namespace {

struct ConsumerWorld final : ConsumerHandler {
  ConsumerWorld() : cluster(brokers.connect()) {
    bool known = false;
    cluster->with_metadata(10s,
                           [&](Result<MetadataPtr> metadata) { known = metadata.has_value(); });
    REQUIRE(brokers.run_until([&] { return known; }));
    producer.emplace(*cluster, ProducerOptions{.lane = {.batch_bytes = 1}});
    consumer.emplace(*cluster, *this, ConsumerOptions{.patience = 5s});
  }
  void write(const std::string& values, uint32_t partition = 0) {
    for (char c : values)
      REQUIRE(producer->send_to({SpaceId(7), TopicId(20)}, PartitionId(partition),
                                {.key = {}, .value = as_bytes({&c, 1}), .headers = {}}, {}));
    REQUIRE(brokers.run_until([&] { return producer->unsettled() == 0; }));
  }
  void read(uint64_t from, std::optional<uint64_t> until = {}, uint32_t partition = 0) {
    consumer->add({{SpaceId(7), PartitionId(partition)},
                   {TopicId(20)},
                   Offset(from),
                   until ? std::optional(Offset(*until)) : std::nullopt});
  }
  bool run_until_read(size_t count) {
    return brokers.run_until([&] { return got.size() >= count; }, 10s);
  }
  void on_records(const ReadRecords& records) override {
    records.for_each([&](const ReadRecord& record) { got += as_text(*record.view.value); });
  }
  void on_end(PartitionAt) override { ++ended; }
  void on_failed(PartitionAt, const Error& why) override { failures.push_back(why); }

  FakeCluster brokers;
  std::unique_ptr<Cluster> cluster;
  std::optional<Producer> producer;
  std::string got;
  int ended = 0;
  std::vector<Error> failures;
  std::optional<Consumer> consumer;
};

TEST_CASE("everything is read, in order, and what is written later too") {
  ConsumerWorld world;
  world.write("abcdefgh");
  world.read(0);
  REQUIRE(world.run_until_read(8));
  world.write("ij");
  REQUIRE(world.run_until_read(10));
  EXPECT(world.got == "abcdefghij");
}

TEST_CASE("from and until bound it to the record") {
  ConsumerWorld world;
  world.write("abcdefgh");
  world.read(2, 6);
  REQUIRE(world.brokers.run_until([&] { return world.ended == 1; }));
  EXPECT(world.got == "cdef");
  EXPECT(world.consumer->partitions() == 0);
}

TEST_CASE("until what is there already ends at once, also where nothing is") {
  ConsumerWorld world;
  world.read(0, 0);
  REQUIRE(world.brokers.run_until([&] { return world.ended == 1; }, 1s));
}

TEST_CASE("a leader that moves or dies is followed, and nothing is given twice") {
  ConsumerWorld world;
  world.write("abc");
  world.read(0);
  REQUIRE(world.run_until_read(3));
  world.brokers.lead(2);
  world.write("de");
  REQUIRE(world.run_until_read(5));
  world.brokers.lead(3);
  world.brokers.kill(2);
  world.write("f");
  REQUIRE(world.run_until_read(6));
  EXPECT(world.got == "abcdef");
  EXPECT(world.failures.empty());
}

TEST_CASE("a hole in the seqs ends the reading with an error") {
  ConsumerWorld world;
  world.write("ab");
  world.brokers.skip_seqs = 1;
  world.write("c");
  world.read(0);
  REQUIRE(world.brokers.run_until([&] { return !world.failures.empty(); }));
  EXPECT(world.failures[0].code == ErrorCode::RECORDS_MISSING);
  EXPECT(!world.got.contains('c'));
}

TEST_CASE("a paused consumer asks for nothing, and goes on where it stood") {
  ConsumerWorld world;
  world.write("abc");
  world.consumer->pause();
  world.read(0);
  world.brokers.loop.run_for(5s);
  EXPECT(world.got.empty());
  world.consumer->resume();
  REQUIRE(world.run_until_read(3));
  EXPECT(world.got == "abc");
}

TEST_CASE("who hears nothing for the length of its patience gives up") {
  ConsumerWorld world;
  for (uint32_t id : {1U, 2U, 3U}) world.brokers.kill(id);
  world.read(0);
  REQUIRE(world.brokers.run_until([&] { return !world.failures.empty(); }, 30s));
  EXPECT(world.failures[0].retry() != Retry::kNever);
}

}  // namespace
}  // namespace usher::client

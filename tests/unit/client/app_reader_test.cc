#include "client/app_reader.h"

#include "client/producer.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::client {
namespace {

constexpr TopicId kRead{20};

struct ReaderWorld final : AppReaderHandler {
  ReaderWorld() : cluster(brokers.connect()) {
    bool known = false;
    cluster->with_metadata(10s,
                           [&](Result<MetadataPtr> metadata) { known = metadata.has_value(); });
    REQUIRE(brokers.run_until([&] { return known; }));
    producer.emplace(*cluster, ProducerOptions{.lane = {.batch_bytes = 1}});
  }
  void write(const std::string& values, uint32_t partition = 0) {
    for (char c : values)
      REQUIRE(producer->send_to({SpaceId(7), kRead}, PartitionId(partition),
                                {.key = {}, .value = as_bytes({&c, 1}), .headers = {}}, {}));
    REQUIRE(brokers.run_until([&] { return producer->unsettled() == 0; }));
  }
  void assign(uint64_t version, const std::vector<uint32_t>& partitions) {
    brokers.assignment = {.version = version, .tasks = {}};
    for (uint32_t partition : partitions)
      brokers.assignment.tasks.push_back(
          {PartitionId(partition), wire::TaskRole::kOwner, Epoch(version)});
  }
  void join(std::map<PartitionId, Offset> until = {}) {
    reader.emplace(*cluster,
                   AppReaderOptions{.app = "mailer",
                                    .space = SpaceId(7),
                                    .topics = {kRead},
                                    .until = std::move(until),
                                    .patience = 5s},
                   *this);
  }
  // Where the log says that the app is.
  Offset position(uint32_t partition = 0) const {
    Offset to;
    for (const wire::Batch& batch : brokers.logs.at(partition).batches)
      if (const auto* step = std::get_if<wire::StepGuard>(&batch.header().guard())) to = step->to;
    return to;
  }
  bool run_until_read(size_t count) {
    return brokers.run_until([&] { return got.size() >= count && reader->is_settled(); }, 20s);
  }

  Offset on_records(const ReadRecords& records) override {
    Offset dealt_with;
    records.for_each([&](const ReadRecord& record) {
      if (record.topic != kRead || got.size() >= most) return;
      got += as_text(*record.view.value);
      dealt_with = record.offset.next();
    });
    return dealt_with;
  }
  void on_gap(PartitionAt, Offset, Offset) override { ++gaps; }
  void on_change() override {}
  void on_failed(const Error& why) override { failures.push_back(why.code); }

  FakeCluster brokers;
  std::unique_ptr<Cluster> cluster;
  std::optional<Producer> producer;
  std::string got;
  size_t most = 1000;
  int gaps = 0;
  std::vector<ErrorCode> failures;
  std::optional<AppReader> reader;
};

TEST_CASE("a reader claims what it is given, reads it and moves the position behind it") {
  ReaderWorld world;
  world.write("abc");
  world.assign(1, {0});
  world.join();
  REQUIRE(world.run_until_read(3));
  EXPECT(world.got == "abc");
  EXPECT(world.position() == Offset(3));
  const wire::Batch& claim = world.brokers.logs[0].batches[3];
  EXPECT(std::get<wire::ClaimGuard>(claim.header().guard()).member == MemberId(1));
  // Its own steps are nothing to step over.
  size_t batches = world.brokers.logs[0].batches.size();
  world.brokers.loop.run_for(5s);
  EXPECT(world.brokers.logs[0].batches.size() == batches);
  EXPECT(world.failures.empty());
}

TEST_CASE("another reader begins where the first one left") {
  ReaderWorld world;
  world.write("abc");
  world.assign(1, {0});
  world.join();
  REQUIRE(world.run_until_read(3));
  world.reader.reset();
  world.write("de");
  world.assign(2, {0});
  world.join();
  REQUIRE(world.run_until_read(5));
  EXPECT(world.got == "abcde");
}

TEST_CASE("the position moves behind what was dealt with and no further") {
  ReaderWorld world;
  world.most = 2;
  world.write("abc");
  world.assign(1, {0});
  world.join();
  REQUIRE(world.run_until_read(2));
  world.brokers.loop.run_for(1s);
  EXPECT(world.position() == Offset(2));
}

TEST_CASE("a step whose answer is lost is sent again and stands in the log once") {
  ReaderWorld world;
  world.write("abc");
  world.assign(1, {0});
  world.join();
  REQUIRE(world.run_until_read(3));
  world.brokers.answers_to_lose = 1;
  world.write("d");
  // The producer's answer was lost; now the step's.
  world.brokers.answers_to_lose = 1;
  world.write("e", 1);
  REQUIRE(world.run_until_read(4));
  world.brokers.loop.run_for(2s);
  EXPECT(world.got == "abcd");
  EXPECT(world.failures.empty());
  size_t steps = 0;
  for (const wire::Batch& batch : world.brokers.logs[0].batches)
    steps += std::holds_alternative<wire::StepGuard>(batch.header().guard()) ? 1 : 0;
  EXPECT(steps == world.brokers.logs[0].steps.size());
}

TEST_CASE("what is given to another is let go, and told at once") {
  ReaderWorld world;
  world.write("ab");
  world.write("cd", 1);
  world.assign(1, {0, 1});
  world.join();
  REQUIRE(world.run_until_read(4));
  world.assign(2, {1});
  REQUIRE(world.brokers.run_until(
      [&] {
        const auto& tasks = world.brokers.heartbeats.back().tasks;
        return tasks.size() == 1 && tasks[0].partition == PartitionId(1);
      },
      5s));
  world.write("x");
  world.brokers.loop.run_for(2s);
  EXPECT(world.got.size() == 4);
}

TEST_CASE("a claim that is fenced ends the task, not the reader") {
  ReaderWorld world;
  world.write("a");
  world.brokers.refusals = {{ErrorCode::FENCED, "a newer claim"}};
  world.assign(1, {0});
  world.join();
  REQUIRE(world.brokers.run_until([&] { return world.brokers.refusals.empty(); }, 5s));
  world.brokers.loop.run_for(500ms);
  EXPECT(world.got.empty());
  EXPECT(world.failures.empty());
  world.assign(2, {0});
  REQUIRE(world.run_until_read(1));
}

TEST_CASE("it has read a partition when it came to where it stops and the position says so") {
  ReaderWorld world;
  world.write("abcd");
  world.assign(1, {0});
  world.join({{PartitionId(0), Offset(3)}});
  REQUIRE(world.brokers.run_until([&] { return world.reader->has_read(PartitionId(0)); }, 10s));
  EXPECT(world.got == "abc");
  EXPECT(world.position() == Offset(3));
  EXPECT(!world.reader->has_read(PartitionId(1)));
}

TEST_CASE("a change of leader loses nothing") {
  ReaderWorld world;
  world.write("ab");
  world.assign(1, {0});
  world.join();
  REQUIRE(world.run_until_read(2));
  world.brokers.lead(2);
  world.write("cd");
  REQUIRE(world.run_until_read(4));
  EXPECT(world.got == "abcd");
  EXPECT(world.position() > Offset(2));
}

TEST_CASE("one that is given up joins again and reads on") {
  ReaderWorld world;
  world.write("ab");
  world.assign(1, {0});
  world.join();
  REQUIRE(world.run_until_read(2));
  world.assign(2, {0});
  world.brokers.member_unknown = true;
  REQUIRE(world.brokers.run_until([&] { return world.brokers.joins == 2; }, 5s));
  world.write("cd");
  REQUIRE(world.run_until_read(4));
  EXPECT(world.got == "abcd");
  EXPECT(world.reader->member() == MemberId(2));
}

TEST_CASE("leaving tells the controller") {
  ReaderWorld world;
  world.assign(1, {0});
  world.join();
  REQUIRE(world.brokers.run_until([&] { return world.reader->member().has_value(); }));
  bool done = false;
  world.reader->leave([&] { done = true; });
  REQUIRE(world.brokers.run_until([&] { return done; }, 5s));
  EXPECT(world.brokers.left);
}

}  // namespace
}  // namespace usher::client

#include "client/gateway/section_feed.h"

#include "client/producer.h"
#include "proto/base/limits.h"
#include "proto/seats/codec.h"
#include "proto/seats/names.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::gateway {
namespace {

constexpr TopicId kEvents{20};
constexpr TopicId kStatus{21};

struct World {
  World() : cluster(brokers.connect()) {
    bool known = false;
    cluster->with_metadata(
        10s, [&](Result<client::MetadataPtr> metadata) { known = metadata.has_value(); });
    REQUIRE(brokers.run_until([&] { return known; }));
    producer.emplace(*cluster, client::ProducerOptions{.lane = {.batch_bytes = 1}});
  }
  void start() {
    wire::SpaceInfo space = cluster->metadata()->spaces[0];
    space.topics.clear();
    for (auto [id, topic] : {std::pair(kEvents, seats::Topic::kSeatEvents),
                             std::pair(kStatus, seats::Topic::kSectionStatus)}) {
      wire::TopicInfo info;
      info.id = id;
      info.name = name_of(topic);
      space.topics.push_back(info);
    }
    Log log(std::make_shared<MemoryLogSink>(), {}, brokers.client_scheduler.clock());
    auto started = SectionFeed::start(*cluster, cache, space, log);
    REQUIRE(started.has_value());
    feed = std::move(*started);
  }
  void write(TopicId topic, const std::string& value, uint32_t partition = 0) {
    REQUIRE(producer->send_to({SpaceId(7), topic}, PartitionId(partition),
                              {.key = as_bytes("concert"), .value = as_bytes(value), .headers = {}},
                              {}));
    REQUIRE(brokers.run_until([&] { return producer->unsettled() == 0; }));
  }
  void write_event() {
    seats::SeatEvent made;
    made.settings = seats::EventSettings{};
    made.sections = {{"A", 1, 10}};
    write(kEvents, encode(made));
  }
  void write_left(uint32_t available) {
    write(kStatus, encode(seats::SectionStatus{
                       .section = "A", .available = available, .reserved = 10 - available}));
  }
  uint32_t left() const {
    const CachedEvent* event = cache.find("concert");
    return event ? event->sections.at("A").available : 0;
  }
  MonotonicTime now() const { return brokers.loop.now(); }

  client::FakeCluster brokers;
  std::unique_ptr<client::Cluster> cluster;
  std::optional<client::Producer> producer;
  SectionCache cache{0, limits::kSectionCacheStale};
  std::unique_ptr<SectionFeed> feed;
};

TEST_CASE("the cache is loaded when all that stood there was read, and follows what comes") {
  World world;
  world.write_event();
  world.write_left(4);
  world.start();
  EXPECT(!world.cache.loaded());
  REQUIRE(world.brokers.run_until([&] { return world.cache.loaded(); }, 10s));
  EXPECT(world.left() == 4);

  world.write_left(7);
  REQUIRE(world.brokers.run_until([&] { return world.left() == 7; }, 1s));
}

TEST_CASE("at rest the cache stays fresh") {
  World world;
  world.start();
  REQUIRE(world.brokers.run_until([&] { return world.cache.loaded(); }, 10s));
  for (int i = 0; i < 200; ++i) {
    world.brokers.loop.run_for(50ms);
    REQUIRE(world.cache.all_fresh(world.now()));
  }
}

TEST_CASE("without answers the cache is stale within its second, and fresh again afterwards") {
  World world;
  world.start();
  REQUIRE(world.brokers.run_until([&] { return world.cache.loaded(); }, 10s));
  for (uint32_t broker : {1U, 2U, 3U}) world.brokers.kill(broker);
  world.brokers.loop.run_for(limits::kSectionCacheStale + 1ms);
  EXPECT(!world.cache.is_fresh(PartitionId(0), world.now()));
  // Far longer than any patience: it is never given up.
  world.brokers.loop.run_for(2min);
  for (uint32_t broker : {1U, 2U, 3U}) world.brokers.revive(broker);
  REQUIRE(world.brokers.run_until([&] { return world.cache.all_fresh(world.now()); }, 30s));
}

TEST_CASE("a record that cannot be read is left out, and what follows is taken") {
  World world;
  world.write_event();
  world.write(kStatus, "nonsense");
  world.write_left(3);
  world.start();
  REQUIRE(world.brokers.run_until([&] { return world.cache.loaded(); }, 10s));
  EXPECT(world.left() == 3);
  EXPECT(world.feed->unreadable() == 1);
}

}  // namespace
}  // namespace usher::gateway

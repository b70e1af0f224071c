#include "broker/server/retaining.h"

#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

constexpr uint64_t kRetainedSegmentBytes = 32 * limits::kKiB;
const wire::Retention kLittle{.age = {}, .bytes = 64 * limits::kKiB};

Offset start_of(Brokers& brokers) { return brokers.status().start; }

bool is_level(Brokers& brokers) {
  auto status = brokers.status();
  return status.replicas.size() == 3 &&
         std::ranges::all_of(status.replicas, [&](const wire::ReplicaStatus& replica) {
           return replica.match == status.end;
         });
}

// Kilobytes, until retention has let the log begin behind `offset`.
void write_past(Brokers& brokers, Offset offset) {
  std::string value(1'000, 'x');
  for (int i = 0; i < 1'000 && start_of(brokers) <= offset; ++i) {
    REQUIRE(brokers.append(value));
    if (i % 50 == 49) brokers.run_for(3s);
  }
  REQUIRE(start_of(brokers) > offset);
}

TEST_CASE("topics that were deleted let go of everything, changelogs of nothing") {
  controller::Space space;
  space.next_topic = 18;
  space.info.topics.push_back({.id = TopicId(17), .name = "t", .retention = kLittle});
  log::RetentionRules rules = retention_rules(space);
  EXPECT(rules.topics.at(TopicId(16)).bytes_max == 0);
  EXPECT(rules.topics.at(TopicId(17)).bytes_max == kLittle.bytes);
  EXPECT(!rules.topics.contains(TopicId(18)));
  EXPECT(!rules.carries_changelogs);
  space.info.topics.front().changelog = true;
  EXPECT(retention_rules(space).carries_changelogs);
}

TEST_CASE("retention takes old segments, and a reader below the start is told the first offset") {
  Brokers brokers(3, kRetainedSegmentBytes);
  brokers.make_topic(1, kLittle);
  write_past(brokers, Offset(0));
  auto leader = static_cast<size_t>(brokers.status().leader->value());
  Error gone = brokers.fetch_error(leader, Offset(0));
  EXPECT(gone.code == ErrorCode::OFFSET_GONE);
  EXPECT(gone.at == start_of(brokers).value());
  EXPECT(brokers.values(leader, Offset(*gone.at)).size() > 30);
}

TEST_CASE(
    "a follower below the start gets a snapshot, and goes on from there after a restart too") {
  Brokers brokers(3, kRetainedSegmentBytes);
  brokers.make_topic(1, kLittle);
  REQUIRE(brokers.append("first"));
  brokers.at(3).kill();
  write_past(brokers, Offset(100));
  brokers.at(3).start();
  REQUIRE(brokers.run_until([&] { return is_level(brokers); }, 60s));
  Error gone = brokers.fetch_error(3, Offset(1));
  EXPECT(gone.code == ErrorCode::OFFSET_GONE);
  REQUIRE(gone.at > 1);
  Offset from = std::max(Offset(*gone.at), start_of(brokers));
  auto leader = static_cast<size_t>(brokers.status().leader->value());
  EXPECT(brokers.values(3, from) == brokers.values(leader, from));
  brokers.at(3).kill();
  brokers.at(3).start();
  REQUIRE(brokers.run_until_ready());
  brokers.at(leader == 1 ? 2 : 1).kill();
  EXPECT(brokers.append("last"));
  EXPECT(brokers.run_until([&] { return brokers.values(3, from).back() == "last"; }));
}

// Found by seed 21201 of the simulator.
TEST_CASE("where the others let go of what is damaged, health says that an empty disk helps") {
  Brokers brokers(3, kRetainedSegmentBytes);
  brokers.make_topic(1, kLittle);
  REQUIRE(brokers.append("first"));
  brokers.run_for(5s);
  Machine& damaged = brokers.at(3);
  damaged.kill();
  damaged.platter().lose("segments/1-0/00000000000000000000.segment");
  write_past(brokers, Offset(100));
  damaged.start();
  REQUIRE(brokers.run_until(
      [&] { return damaged.broker().why_not_ready().contains("with an empty directory"); }));
  damaged.kill();
  damaged.wipe();
  damaged.start();
  REQUIRE(brokers.run_until([&] { return is_level(brokers); }, 60s));
  EXPECT(brokers.run_until_ready());
}

// Found by seed 20838 of the simulator.
TEST_CASE("a snapshot's segments that cannot be opened are opened again, and health says so") {
  Brokers brokers(3, kRetainedSegmentBytes);
  brokers.make_topic(1, kLittle);
  brokers.at(3).kill();
  write_past(brokers, Offset(100));
  brokers.at(3).start();
  sim::SimPlatter& platter = brokers.at(3).platter();
  auto has_snapshot = [&] {
    return std::ranges::any_of(platter.files(), [](const io::FileInfo& file) {
      return file.name.ends_with(log::kIncomingName);
    });
  };
  REQUIRE(brokers.run_until(has_snapshot, 60s));
  platter.faults().read_errors = 10'000;
  brokers.run_for(3s);
  EXPECT(brokers.at(3).broker().why_not_ready().find("take no more") != std::string::npos);
  platter.faults().read_errors = 0;
  EXPECT(brokers.run_until([&] { return is_level(brokers); }, 60s));
}

TEST_CASE("a wiped broker is readmitted to a log that does not begin at 0") {
  Brokers brokers(3, kRetainedSegmentBytes);
  brokers.make_topic(1, kLittle);
  write_past(brokers, Offset(50));
  brokers.at(2).kill();
  brokers.at(2).wipe();
  brokers.at(2).start();
  REQUIRE(brokers.run_until([&] { return brokers.ready() && brokers.members() == " 1 2 3"; }, 60s));
  brokers.at(1).kill();
  EXPECT(brokers.append("by two"));
  REQUIRE(
      brokers.run_until([&] { return brokers.values(2, start_of(brokers)).back() == "by two"; }));
}

}  // namespace
}  // namespace usher::server

#include "broker/server/readiness.h"

#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

bool is_said(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Both groups count these brokers again, each by one disk.
bool run_until_all_count(Brokers& brokers) {
  return brokers.run_until(
      [&] {
        return brokers.ready() && brokers.members() == " 1 2 3" &&
               brokers.members(PartitionId(0), SpaceId(0)) == " 1 2 3";
      },
      60s);
}

raft::ReplicaId replica(uint32_t broker, uint64_t number) {
  return replica_of(wire::Incarnation(uint64_t{broker} << 48 | number));
}

TEST_CASE("a broker's places in a group are its disk of now and all others of its own there") {
  raft::Membership members{.voters = {replica(1, 5), replica(3, 5)},
                           .learners = {replica(3, 6), replica(3, 7)}};
  auto places = incarnations_of(members, BrokerId(3), wire::Incarnation(uint64_t{3} << 48 | 7));
  EXPECT(places.now == replica(3, 7));
  EXPECT(places.before == std::vector{replica(3, 5), replica(3, 6)});
  EXPECT(incarnations_of(members, BrokerId(1), wire::Incarnation(uint64_t{1} << 48 | 5))
             .before.empty());
}

TEST_CASE("who is awaited is named: who is away, and whose disk is new") {
  raft::Membership members{.voters = {replica(1, 5), replica(2, 5), replica(3, 5)}, .learners = {}};
  auto present = [](BrokerId broker) -> std::optional<wire::Incarnation> {
    if (broker == BrokerId(1)) return wire::Incarnation(uint64_t{1} << 48 | 5);
    if (broker == BrokerId(2)) return std::nullopt;
    return wire::Incarnation(uint64_t{3} << 48 | 6);
  };
  EXPECT(brokers_awaited(members, present) == "broker 2, broker 3 (its disk is new)");
}

TEST_CASE("a wiped broker is readmitted to every group, has all, and then another may die") {
  Brokers brokers(3);
  brokers.make_topic();
  for (int i = 0; i < 20; ++i) REQUIRE(brokers.append("v" + std::to_string(i)));
  brokers.at(2).kill();
  brokers.at(2).wipe();
  REQUIRE(brokers.append("while it is away"));
  brokers.at(2).start();
  REQUIRE(run_until_all_count(brokers));
  EXPECT(brokers.values(2).size() == 21);
  brokers.at(1).kill();
  EXPECT(brokers.append("by two"));
  REQUIRE(brokers.run_until([&] { return brokers.values(2).size() == 22; }));
  EXPECT(brokers.values(2).back() == "by two");
}

TEST_CASE("who lags by more small batches than one frame has pieces for catches up all the same") {
  Brokers brokers(3);
  brokers.make_topic();
  brokers.at(3).kill();
  size_t batches = limits::kPayloadPieces;
  for (size_t i = 0; i < batches; ++i) REQUIRE(brokers.append("v"));
  brokers.at(3).start();
  REQUIRE(brokers.run_until_ready());
  brokers.run_for(5s);
  EXPECT(brokers.values(3).size() == batches);
}

TEST_CASE("a broker that loses its disk twice is readmitted twice, and its old disk is refused") {
  Brokers brokers(3);
  brokers.make_topic();
  REQUIRE(brokers.append("one"));
  for (int i = 0; i < 2; ++i) {
    brokers.at(3).kill();
    brokers.at(3).wipe();
    brokers.at(3).start();
    REQUIRE(run_until_all_count(brokers));
  }
  EXPECT(brokers.values(3) == std::vector<std::string>{"one"});
}

TEST_CASE("one wiped and one down of three: nothing is written, and health says who is awaited") {
  Brokers brokers(3);
  brokers.make_topic();
  REQUIRE(brokers.append("one"));
  brokers.at(1).kill();
  brokers.at(3).kill();
  brokers.at(3).wipe();
  brokers.at(3).start();
  brokers.run_for(10s);
  EXPECT(is_said(brokers.at(2).broker().why_not_ready(), "waits for broker 1, broker 3"));
  EXPECT(is_said(brokers.at(3).broker().why_not_ready(), "the disk is new"));
  EXPECT(brokers.values(3).size() != 2);
  brokers.at(1).start();
  REQUIRE(run_until_all_count(brokers));
  EXPECT(brokers.append("two"));
  REQUIRE(brokers.run_until([&] { return brokers.values(3).size() == 2; }));
}

TEST_CASE("a damaged journal is a lost disk: the broker gives it up before it says a word of it") {
  Brokers brokers(3);
  brokers.make_topic();
  for (int i = 0; i < 20; ++i) REQUIRE(brokers.append("v" + std::to_string(i)));
  brokers.run_for(1s);
  brokers.at(2).kill();
  // In the second group's header, far in front of the last one.
  brokers.at(2).platter().flip_bit("journal/0001.journal", 4'096 + 50, 3);
  brokers.at(2).start();
  REQUIRE(brokers.run_until([&] { return brokers.at(2).lost().has_value(); }));
  EXPECT(brokers.at(2).lost()->code == ErrorCode::JOURNAL_CORRUPT);
  EXPECT(is_said(brokers.at(2).lost()->detail, "0001.journal at byte"));
  brokers.at(2).kill();
  brokers.at(2).renew();
  brokers.at(2).start();
  REQUIRE(run_until_all_count(brokers));
  EXPECT(brokers.values(2).size() == 20);
}

}  // namespace
}  // namespace usher::server

#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

constexpr uint64_t kSegmentBytes = 32 * limits::kKiB;
constexpr const char* kFirstSegment = "segments/1-0/00000000000000000000.segment";

// Three brokers that hold some sealed segments; their memory is that of a restart.
void fill(Brokers& brokers) {
  brokers.make_topic();
  std::string value(1'000, 'x');
  for (int i = 0; i < 100; ++i) REQUIRE(brokers.append(value + std::to_string(i)));
  brokers.run_for(5s);
  for (size_t number = 1; number <= 3; ++number) brokers.at(number).kill();
  for (size_t number = 1; number <= 3; ++number) brokers.at(number).start();
  REQUIRE(brokers.run_until_ready());
}

TEST_CASE("a damaged segment is never served, is fetched again from a peer, and is whole then") {
  Brokers brokers(3, kSegmentBytes);
  fill(brokers);
  std::vector<std::string> all = brokers.values(2);
  REQUIRE(all.size() == 100);
  brokers.at(1).kill();
  brokers.at(1).platter().flip_bit(kFirstSegment, 3 * io::kSector, 2);
  brokers.at(1).start();
  REQUIRE(brokers.run_until_ready());
  Error damage = brokers.fetch_error(1, Offset(20));
  EXPECT(damage.code == ErrorCode::SEGMENT_CORRUPT);
  EXPECT(damage.detail.find(".segment at byte") != std::string::npos);
  EXPECT(brokers.at(1).broker().why_not_ready().find("fetched again") != std::string::npos);
  REQUIRE(brokers.run_until([&] { return brokers.values(1) == all; }));
  EXPECT(brokers.at(1).broker().why_not_ready().empty());
  brokers.at(1).kill();
  brokers.at(1).start();
  REQUIRE(brokers.run_until_ready());
  EXPECT(brokers.values(1) == all);
}

TEST_CASE("whoever is damaged goes on voting and acknowledging") {
  Brokers brokers(3, kSegmentBytes);
  fill(brokers);
  brokers.at(1).kill();
  brokers.at(1).platter().flip_bit(kFirstSegment, 3 * io::kSector, 2);
  brokers.at(1).start();
  REQUIRE(brokers.run_until_ready());
  brokers.at(2).kill();
  EXPECT(brokers.append("by two"));
}

}  // namespace
}  // namespace usher::server

#include <algorithm>

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

// Found by real brokers: small batches, little in an answer, and a majority waited for a minute.
TEST_CASE("a replica that cannot be opened for its damage is whole again soon") {
  Brokers brokers(3);
  brokers.make_topic();
  for (int i = 0; i < 1'500; ++i) REQUIRE(brokers.append("x"));
  brokers.run_for(5s);
  std::vector<std::string> all = brokers.values(2);
  brokers.at(1).kill();
  brokers.at(1).platter().flip_bit(kFirstSegment, 3 * io::kSector, 2);
  brokers.at(1).start();
  // Then no majority is left that could do without it.
  brokers.at(3).kill();
  REQUIRE(brokers.run_until([&] { return brokers.values(1) == all; }, 250ms));
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

// Of a partition, the open one last.
std::vector<std::string> segments_of(Machine& machine, std::string_view partition) {
  std::vector<std::string> paths;
  for (const io::FileInfo& file : machine.platter().files_seen())
    if (file.name.starts_with(partition) && file.name.ends_with(".segment"))
      paths.push_back(file.name);
  return paths;
}

bool has_said(const Machine& machine, std::string_view part) {
  return std::ranges::any_of(machine.said(), [&](const std::string& line) {
    return line.find(part) != std::string::npos;
  });
}

TEST_CASE("an open segment that is damaged is named, and fetched again before it is opened") {
  Brokers brokers(3, kSegmentBytes);
  fill(brokers);
  std::vector<std::string> all = brokers.values(2);
  for (std::string_view partition : {"segments/1-0/", "segments/0-0/"}) {
    brokers.at(1).kill();
    std::string open = segments_of(brokers.at(1), partition).back();
    brokers.at(1).platter().flip_bit(open, io::kSector + 200, 2);
    brokers.at(1).start();
    REQUIRE(brokers.run_until_ready());
    EXPECT(has_said(brokers.at(1), open + " at byte "));
    EXPECT(brokers.values(1) == all);
  }
}

TEST_CASE("a broker with a damaged controller's log serves as soon as that is fetched again") {
  Brokers brokers(3, 8 * limits::kKiB);
  fill(brokers);
  std::vector<std::string> all = brokers.values(2);
  brokers.at(1).kill();
  std::vector<std::string> segments = segments_of(brokers.at(1), "segments/0-0/");
  REQUIRE(segments.size() >= 2);
  brokers.at(1).platter().flip_bit(segments[0], io::kSector + 200, 2);
  brokers.at(1).start();
  REQUIRE(brokers.run_until([&] { return brokers.values(1) == all; }, 60s));
  EXPECT(has_said(brokers.at(1), segments[0] + " at byte "));
}

TEST_CASE("a segment whose head is damaged is written again behind a head that is folded again") {
  Brokers brokers(3, kSegmentBytes);
  fill(brokers);
  std::vector<std::string> all = brokers.values(2);
  brokers.at(1).kill();
  std::vector<std::string> segments = segments_of(brokers.at(1), "segments/1-0/");
  REQUIRE(segments.size() >= 3);
  Buffer first = brokers.at(1).platter().read(segments[0]);
  Buffer second = brokers.at(1).platter().read(segments[1]);
  for (size_t i : {0, 1}) brokers.at(1).platter().flip_bit(segments[i], 60, 2);
  brokers.at(1).start();
  REQUIRE(brokers.run_until_ready());
  EXPECT(brokers.values(1) == all);
  REQUIRE(brokers.run_until([&] {
    return has_said(brokers.at(1), "a damaged segment is whole again") && brokers.ready();
  }));
  brokers.at(1).kill();
  for (size_t i : {0, 1}) EXPECT(has_said(brokers.at(1), segments[i] + " at byte 0: "));
  Buffer mended = brokers.at(1).platter().read(segments[0]);
  EXPECT(equal(mended.bytes().first(io::kSector), first.bytes().first(io::kSector)));
  mended = brokers.at(1).platter().read(segments[1]);
  EXPECT(equal(mended.bytes().first(io::kSector), second.bytes().first(io::kSector)));
}

}  // namespace
}  // namespace usher::server

#include "broker/controller/placement.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/doctest.h"

namespace usher::controller {
namespace {

std::vector<Host> hosts(const std::vector<std::string>& racks) {
  std::vector<Host> made;
  for (size_t i = 0; i < racks.size(); ++i)
    made.push_back({.id = BrokerId(static_cast<uint32_t>(i + 1)), .rack = racks[i]});
  return made;
}

TEST_CASE("three brokers share twenty partitions and their leaders evenly") {
  auto placed = place(hosts({"", "", ""}), 20, 3);
  REQUIRE(placed);
  std::map<BrokerId, int> leads;
  for (const auto& row : *placed) {
    EXPECT(std::set(row.begin(), row.end()).size() == 3);
    ++leads[row.front()];
  }
  for (const auto& [broker, count] : leads) EXPECT((count == 6 || count == 7));
}

TEST_CASE("replicas stand in different racks while there are racks enough") {
  auto placed = place(hosts({"a", "a", "b", "b", "c"}), 10, 3);
  REQUIRE(placed);
  std::map<uint32_t, char> rack{{1, 'a'}, {2, 'a'}, {3, 'b'}, {4, 'b'}, {5, 'c'}};
  for (const auto& row : *placed) {
    std::set<char> racks;
    for (BrokerId broker : row) racks.insert(rack[broker.value()]);
    EXPECT(racks.size() == 3);
  }
}

TEST_CASE("a broker that holds less gets more") {
  auto uneven = hosts({"", "", ""});
  uneven[0].replicas = 10;
  uneven[0].preferred = 10;
  auto placed = place(uneven, 4, 1);
  REQUIRE(placed);
  for (const auto& row : *placed) EXPECT(row.front() != BrokerId(1));
}

TEST_CASE("more replicas than brokers are refused") {
  EXPECT(place(hosts({"", ""}), 1, 3).error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(place({}, 1, 0).error().code == ErrorCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace usher::controller

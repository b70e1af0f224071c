#include "client/gateway/section_cache.h"

#include "tests/doctest.h"

using namespace usher;
using namespace usher::gateway;

namespace {

constexpr PartitionId kPartition{1};

MonotonicTime at(Duration since_start) { return MonotonicTime(since_start); }

seats::SectionStatus status(uint32_t available, uint32_t sold) {
  return {.section = "A", .available = available, .reserved = 0, .sold = sold, .blocked = 0};
}

}  // namespace

TEST_CASE("a request is turned away only for too few seats, by what is known and fresh") {
  SectionCache cache(2, 1s);
  cache.take(kPartition, "e", status(1, 9), Offset(5), WallTime(7));
  EXPECT(!cache.surely_sold_out("e", "A", 2, at(0s)));  // never level

  cache.level(kPartition, at(10s));
  EXPECT(cache.surely_sold_out("e", "A", 2, at(10s)));
  EXPECT(!cache.surely_sold_out("e", "A", 1, at(10s)));
  EXPECT(!cache.surely_sold_out("e", "B", 2, at(10s)));
  EXPECT(!cache.surely_sold_out("f", "A", 2, at(10s)));
}

TEST_CASE("a feed that is more than its time behind rejects nothing") {
  SectionCache cache(2, 1s);
  cache.take(kPartition, "e", status(0, 9), Offset(5), WallTime(7));
  cache.level(kPartition, at(10s));
  EXPECT(cache.surely_sold_out("e", "A", 1, at(11s)));
  EXPECT(!cache.surely_sold_out("e", "A", 1, at(11s + 1ns)));
  cache.level(kPartition, at(9s));  // an answer that came late makes nothing older
  EXPECT(cache.surely_sold_out("e", "A", 1, at(11s)));
}

TEST_CASE("released seats are on offer with the record that says so") {
  SectionCache cache(2, 1s);
  cache.take(kPartition, "e", status(0, 9), Offset(5), WallTime(7));
  cache.level(kPartition, at(10s));
  cache.take(kPartition, "e", status(2, 7), Offset(6), WallTime(8));
  EXPECT(!cache.surely_sold_out("e", "A", 2, at(10s)));
  EXPECT(cache.find("e")->offset == Offset(6));
}

TEST_CASE("the cache is loaded when every partition was level once") {
  SectionCache cache(2, 1s);
  EXPECT(!cache.loaded());
  cache.level(PartitionId(0), at(1s));
  cache.level(PartitionId(0), at(2s));
  EXPECT(!cache.loaded());
  cache.level(PartitionId(1), at(3s));
  EXPECT(cache.loaded());
}

TEST_CASE("an event's sections are there with the event, and a refused command makes none") {
  SectionCache cache(1, 1s);
  seats::SeatEvent refused;
  refused.outcome = seats::EventOutcome::kUnknownEvent;
  cache.take(PartitionId(0), "e", refused, Offset(1), WallTime(1));
  EXPECT(cache.find("e") == nullptr);

  seats::SeatEvent made;
  made.settings = seats::EventSettings{};
  made.sections = {{"A", 2, 3}};
  cache.take(PartitionId(0), "e", made, Offset(2), WallTime(1));
  REQUIRE(cache.find("e") != nullptr);
  EXPECT(cache.find("e")->sections.at("A").available == 6);

  // Made again, with seats gone meanwhile: the count stays.
  cache.take(PartitionId(0), "e", status(1, 5), Offset(3), WallTime(1));
  cache.take(PartitionId(0), "e", made, Offset(4), WallTime(1));
  EXPECT(cache.find("e")->sections.at("A").available == 1);
}

TEST_CASE("events are listed by id, a page at a time") {
  SectionCache cache(1, 1s);
  for (const char* id : {"b", "a", "c"})
    cache.take(PartitionId(0), id, status(1, 0), Offset(1), WallTime(1));
  auto page = cache.list("", 2);
  REQUIRE(page.size() == 2);
  EXPECT(page[0].first == "a");
  EXPECT(page[1].first == "b");
  EXPECT(cache.list("b", 2).size() == 1);
  EXPECT(cache.list("c", 2).empty());
}

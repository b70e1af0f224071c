#include "tools/audit/story/story.h"

#include <algorithm>
#include <set>

#include "tools/audit/story/seat_map_at.h"

#include "tests/doctest.h"
#include "tests/golden/golden.h"
#include "tests/unit/tools/audit/sale.h"

namespace usher::audit {
namespace {

constexpr PartitionKey kStoryKey{SpaceId(1), PartitionId(0)};

SeatsTopics topics() { return *SeatsTopics::of(Catalog(sale_metadata()), SpaceId(1)); }

void read(const Log& log, LogReader& reader) {
  for (const wire::Batch& batch : log) {
    auto opened = OpenedBatch::open({batch, {}});
    REQUIRE(opened.has_value());
    reader.take(*opened);
  }
}

std::string told(const Log& log, StoryFilter filter, bool json = false) {
  std::string text;
  Story story(topics(), std::move(filter), [&](const StoryEntry& entry) {
    text += (json ? json_of(entry) : line_of(entry)) + "\n";
  });
  read(log, story);
  return text;
}

// Seat A-1-2 is held, expires, is held again and sold, and refused to others in between.
Log life_of_a_seat(Sale& sale) {
  sale.create("jazz", 1, 4, {.hold_s = 60});
  sale.reserve("jazz", "ann", 2, {{1, 2}, {1, 3}});
  sale.reserve("jazz", "bob", 1, {{1, 2}});
  sale.reserve("jazz", "cid", 1, {{1, 4}});
  sale.driver().advance(61s);
  sale.pay("jazz", sale.reserve("jazz", "bob", 1, {{1, 2}}));
  sale.reserve("jazz", "ann", 1, {{1, 2}});
  return sale.batches();
}

TEST_CASE("the story of a seat that was held, expired, was sold and refused is as kept") {
  Sale sale;
  Log log = life_of_a_seat(sale);
  StoryFilter seat{.event = "jazz", .seat = "A-1-2"};
  golden::expect_golden("audit/seat_story.txt", told(log, seat));
  golden::expect_golden("audit/seat_story.jsonl", told(log, seat, true));
}

TEST_CASE("a story is of the event, user or reservation that was asked for alone") {
  Sale sale;
  sale.run();
  Log log = sale.batches();
  EXPECT(told(log, {.event = "rock"}).contains("UNKNOWN_EVENT"));
  EXPECT(!told(log, {.event = "rock"}).contains("ann"));
  std::string ann = told(log, {.event = "jazz", .user = "ann"});
  EXPECT(ann.contains("PAID"));
  EXPECT(ann.contains("LIMIT_EXCEEDED"));
  EXPECT(!ann.contains("bob"));
  auto id = seats::make_keyed_id("jazz", "bob", "key-5");
  std::string bob = told(log, {.event = "jazz", .reservation = id});
  EXPECT(bob.contains("CONFIRMED"));
  EXPECT(bob.contains("CANCELLED"));
  EXPECT(std::ranges::count(bob, '\n') == 2);
  EXPECT(told(log, {.event = "jazz"}).contains("DEAD_LETTER"));
}

TEST_CASE("what was paid by the id of a duplicate is told of the reservation that was paid") {
  Sale sale;
  sale.create("jazz", 1, 4);
  auto first = sale.reserve_without_key("jazz", "ann", 2);
  auto again = sale.reserve_without_key("jazz", "ann", 2);
  sale.pay("jazz", again);
  std::string story = told(sale.batches(), {.event = "jazz", .reservation = first});
  EXPECT(std::ranges::count(story, '\n') == 2);
  EXPECT(story.contains(": PAID A-1-"));
  EXPECT(story.contains("asked for as reservation " + again.text()));
  EXPECT(told(sale.batches(), {.event = "jazz", .reservation = again})
             .contains("stands for reservation " + first.text()));
}

TEST_CASE("the seat map is the one that was committed at an offset or a time") {
  Sale sale;
  Log log = life_of_a_seat(sale);
  auto row_at = [&](PlaceOfMap place) {
    Findings findings;
    SeatMapAt map(kStoryKey, topics(), place, findings);
    read(log, map);
    EXPECT(findings.count() == 0);
    const SectionBook* book = map.book().section("jazz", "A");
    return book ? book->row_text(1) : "no event";
  };
  EXPECT(row_at(Offset(0)) == "no event");
  EXPECT(row_at(log.back().header().end_offset()) == ".S..");
  std::set<std::string> seen;
  for (const wire::Batch& batch : log) {
    seen.insert(row_at(batch.header().place().base_offset));
    seen.insert(row_at(batch.header().place().time));
  }
  EXPECT(seen == std::set<std::string>{"no event", "....", ".RR.", ".RRR", "...R", ".R..", ".S.."});
}

}  // namespace
}  // namespace usher::audit

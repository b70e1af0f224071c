#include "tests/unit/processors/apps/seats/asking.h"

namespace usher::seats {
namespace {

CreateEvent two_sections() {
  return {.settings = {},
          .sections = {{.name = "B", .rows = 1, .seats_per_row = 4},
                       {.name = "A", .rows = 2, .seats_per_row = 3}}};
}

TEST_CASE("an event is made with its sections, and each section's count is said") {
  Asking hall;
  EXPECT(hall.event_command(two_sections()) == EventOutcome::kDone);
  EXPECT(hall.seats(kEvent, "A") == ".../...");
  EXPECT(hall.seats(kEvent, "B") == "....");
  EXPECT(hall.event(kEvent)->seats == 10);
  size_t counts = 0;
  for (const Record& record : hall.records()) counts += record.topic == Topic::kSectionStatus;
  EXPECT(counts == 2);
}

TEST_CASE("the same event made again keeps its sold seats; another under its id is refused") {
  Asking hall;
  hall.event_command(two_sections());
  hall.reserve({.seats = {seat(1, 1)}});
  hall.event_command(AddSection{{.name = "C", .rows = 1, .seats_per_row = 1}});
  hall.event_command(AlterEvent{.opens_at = {}, .closes_at = {}, .limit_per_user = 9});
  EXPECT(hall.event_command(two_sections()) == EventOutcome::kUnchanged);
  CreateEvent turned = two_sections();
  std::swap(turned.sections[0], turned.sections[1]);
  EXPECT(hall.event_command(turned) == EventOutcome::kUnchanged);
  EXPECT(hall.seats(kEvent, "A") == "R../...");
  EXPECT(hall.event(kEvent)->settings.limit_per_user == 9);
  CreateEvent other = two_sections();
  other.sections[0].rows = 2;
  EXPECT(hall.event_command(other) == EventOutcome::kDifferent);
  other = two_sections();
  other.settings.hold_s = 1;
  EXPECT(hall.event_command(other) == EventOutcome::kDifferent);
  EXPECT(hall.seats(kEvent, "A") == "R../...");
}

TEST_CASE("what is over a limit or contradicts itself makes no event") {
  auto outcome = [](const CreateEvent& create) {
    Asking hall;
    EventOutcome is = hall.event_command(create);
    EXPECT((is == EventOutcome::kInvalid) == !hall.event(kEvent).has_value());
    return is;
  };
  auto sections = [](std::vector<SectionShape> shapes) {
    return CreateEvent{.settings = {}, .sections = std::move(shapes)};
  };
  auto with = [](EventSettings settings) {
    return CreateEvent{.settings = settings, .sections = two_sections().sections};
  };
  constexpr auto kInvalid = EventOutcome::kInvalid;
  EXPECT(outcome(sections({})) == kInvalid);
  EXPECT(outcome(sections({{"A", 0, 5}})) == kInvalid);
  EXPECT(outcome(sections({{"A", 5, 0}})) == kInvalid);
  EXPECT(outcome(sections({{"A", 1001, 1}})) == kInvalid);
  EXPECT(outcome(sections({{"A", 1, 1001}})) == kInvalid);
  EXPECT(outcome(sections({{"A", 1, 1}, {"A", 1, 1}})) == kInvalid);
  EXPECT(outcome(sections({{"A/B", 1, 1}})) == kInvalid);
  EXPECT(outcome(sections({{"A", 1000, 1000}, {"B", 1, 1}})) == kInvalid);
  EXPECT(outcome(sections({{"A", 1000, 1000}})) == EventOutcome::kDone);
  std::vector<SectionShape> many;
  for (int i = 0; i < 1'000; ++i) many.push_back({std::to_string(i), 1, 1});
  EXPECT(outcome(sections(many)) == EventOutcome::kDone);
  many.push_back({"one-more", 1, 1});
  EXPECT(outcome(sections(many)) == kInvalid);
  EXPECT(outcome(with({.hold_s = 86'401})) == kInvalid);
  EXPECT(outcome(with({.hold_s = 86'400})) == EventOutcome::kDone);
  EXPECT(outcome(with({.dedup_s = 4'000'000'000})) == kInvalid);
  EXPECT(outcome(with({.opens_at = WallTime(5), .closes_at = WallTime(5)})) == kInvalid);
  EXPECT(outcome(with({.opens_at = WallTime(-1)})) == kInvalid);
  EXPECT(outcome(with({.closes_at = WallTime(INT64_MAX)})) == kInvalid);
}

TEST_CASE("a section is added once; the same again is unchanged, another size different") {
  Asking hall;
  auto add = [&](uint16_t rows) {
    return hall.event_command(AddSection{{.name = "C", .rows = rows, .seats_per_row = 2}});
  };
  EXPECT(add(1) == EventOutcome::kUnknownEvent);
  hall.make(1, 4);
  EXPECT(add(1) == EventOutcome::kDone);
  hall.reserve({.section = "C", .count = 1});
  EXPECT(add(1) == EventOutcome::kUnchanged);
  EXPECT(add(2) == EventOutcome::kDifferent);
  EXPECT(add(0) == EventOutcome::kInvalid);
  EXPECT(hall.seats(kEvent, "C") == "R.");
  EXPECT(hall.event_command(AddSection{{.name = "D", .rows = 1000, .seats_per_row = 1000}}) ==
         EventOutcome::kInvalid);
}

TEST_CASE("an alteration counts from its place in the log, and leaves what it does not name") {
  Asking hall;
  hall.make(1, 4, {.opens_at = hall.now() + 1h, .limit_per_user = 2});
  auto alter = [&](const AlterEvent& what) { return hall.event_command(what); };
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "NOT_OPEN");
  EXPECT(alter({.opens_at = std::optional<WallTime>{}}) == EventOutcome::kDone);
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "CONFIRMED");
  EXPECT(alter({.closes_at = std::optional(hall.now())}) == EventOutcome::kDone);
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "CLOSED");
  EXPECT(hall.event(kEvent)->settings.limit_per_user == 2);
  EXPECT(alter({.opens_at = std::optional(hall.now())}) == EventOutcome::kInvalid);
  EXPECT(alter({}) == EventOutcome::kUnchanged);
  EXPECT(alter({.limit_per_user = 2}) == EventOutcome::kUnchanged);
  EXPECT(hall.event_command(AlterEvent{.limit_per_user = 1}, "another") ==
         EventOutcome::kUnknownEvent);
}

TEST_CASE("a command sent twice is done once and answered twice, until the answer is forgotten") {
  Asking hall;
  EventCommand command{.command = {.high = 7, .low = 8}, .what = two_sections()};
  EXPECT(hall.send(kEvent, command).outcome == EventOutcome::kDone);
  SeatEvent again = hall.send(kEvent, command);
  EXPECT(again.outcome == EventOutcome::kDone);
  EXPECT(again.sections.empty());
  EXPECT(hall.last().changes.empty());
  hall.advance(1h);
  EXPECT(hall.entries(Store::kAnswers) == 0);
  EXPECT(hall.send(kEvent, command).outcome == EventOutcome::kUnchanged);
}

TEST_CASE("blocked seats are not sold, and are given back by a release") {
  Asking hall;
  hall.make(2, 3);
  std::vector<SectionSeats> row = {{.section = "A", .seats = {seat(1, 1), seat(1, 2), seat(1, 3)}}};
  EXPECT(hall.event_command(BlockSeats{row}) == EventOutcome::kDone);
  EXPECT(hall.seats(kEvent, "A") ==
         "X"
         "XX/...");
  EXPECT(hall.event_command(BlockSeats{row}) == EventOutcome::kUnchanged);
  EXPECT(in_a_word(hall.reserve({.count = 4})) == "SOLD_OUT");
  EXPECT(in_a_word(hall.reserve({.seats = {seat(1, 1)}})) == "SEAT_TAKEN");
  EXPECT(hall.reserve({.count = 3}).reservation.seats[0] == seat(2, 1));
  EXPECT(hall.event_command(ReleaseSeats{row}) == EventOutcome::kDone);
  EXPECT(hall.event_command(ReleaseSeats{row}) == EventOutcome::kUnchanged);
  EXPECT(hall.seats(kEvent, "A") == ".../RRR");
  EXPECT(hall.fault().empty());
}

TEST_CASE("all seats of a blocking are blocked, or none") {
  Asking hall;
  hall.make(1, 3);
  hall.event_command(AddSection{{.name = "B", .rows = 1, .seats_per_row = 1}});
  hall.reserve({.seats = {seat(1, 3)}});
  auto block = [&](std::vector<SectionSeats> seats) {
    return hall.event_command(BlockSeats{std::move(seats)});
  };
  EXPECT(block({{"B", {seat(1, 1)}}, {"A", {seat(1, 1), seat(1, 3)}}}) == EventOutcome::kSeatTaken);
  EXPECT(block({{"B", {seat(1, 1)}}, {"C", {seat(1, 1)}}}) == EventOutcome::kUnknownSection);
  EXPECT(block({{"B", {seat(1, 1)}}, {"A", {seat(1, 4)}}}) == EventOutcome::kUnknownSeat);
  EXPECT(block({}) == EventOutcome::kInvalid);
  EXPECT(hall.event_command(ReleaseSeats{{{"A", {seat(1, 3)}}}}) == EventOutcome::kSeatTaken);
  EXPECT(hall.seats(kEvent, "A") == "..R");
  EXPECT(hall.seats(kEvent, "B") == ".");
  // The same seat twice, in two groups, is one seat.
  EXPECT(block({{"A", {seat(1, 1)}}, {"B", {seat(1, 1)}}, {"A", {seat(1, 1), seat(1, 2)}}}) ==
         EventOutcome::kDone);
  EXPECT(hall.seats(kEvent, "A") == "XXR");
  EXPECT(hall.fault().empty());
}

}  // namespace
}  // namespace usher::seats

#include "tests/unit/processors/apps/seats/asking.h"

namespace usher::seats {
namespace {

TEST_CASE("a request is requested, decided, counted and completed in this order") {
  Asking hall;
  hall.make(1, 10);
  Completed done = hall.reserve({.count = 2});
  EXPECT(in_a_word(done) == "CONFIRMED");
  EXPECT(done.reservation.seats == std::vector{seat(1, 5), seat(1, 6)});
  EXPECT(hall.seats(kEvent, "A") == "....RR....");
  std::vector<Topic> topics;
  for (const Record& record : hall.last().records) topics.push_back(record.topic);
  EXPECT(topics == std::vector{Topic::kReservationRequests, Topic::kReservationResults,
                               Topic::kSectionStatus, Topic::kReservationCompleted});
  EXPECT(hall.fault().empty());
}

TEST_CASE("a reservation remembers its command's offset, its time and its deadline") {
  Asking hall;
  hall.make(1, 10, {.hold_s = 30});
  ReservationId id = hall.fresh_id();
  hall.reserve(id, {.count = 1});
  ReservationEntry entry = *hall.reservation(id);
  EXPECT(entry.offset == hall.last_offset());
  EXPECT(entry.made_at == hall.now());
  EXPECT(entry.held_until == hall.now() + 30s);
}

TEST_CASE("counts of 0 and 21 are INVALID_COUNT, 20 is not") {
  Asking hall;
  hall.make(2, 20);
  EXPECT(in_a_word(hall.reserve({.count = 0})) == "INVALID_COUNT");
  EXPECT(in_a_word(hall.reserve({.count = 21})) == "INVALID_COUNT");
  EXPECT(in_a_word(hall.reserve({.count = 20})) == "CONFIRMED");
  EXPECT(in_a_word(hall.reserve({.seats = std::vector<Seat>(21, seat(1, 1))})) == "INVALID_COUNT");
  EXPECT(in_a_word(hall.reserve({.count = 2, .seats = {seat(2, 1)}})) == "INVALID_COUNT");
  EXPECT(in_a_word(hall.reserve({.count = 1, .seats = {seat(2, 1)}})) == "CONFIRMED");
}

TEST_CASE("the same seat twice in one request is refused") {
  Asking hall;
  hall.make(1, 10);
  Completed done = hall.reserve({.seats = {seat(1, 3), seat(1, 2), seat(1, 3)}});
  EXPECT(in_a_word(done) == "DUPLICATE_SEAT");
  EXPECT(detail_of(done.reservation.why, "A") == "A-1-3 is named twice");
}

TEST_CASE("named seats are taken as they are, whether adjacent or not, and no others") {
  Asking hall;
  hall.make(2, 5);
  EXPECT(in_a_word(hall.reserve({.seats = {seat(2, 5), seat(1, 1)}})) == "CONFIRMED");
  EXPECT(hall.seats(kEvent, "A") == "R..../....R");
  Completed again = hall.reserve({.seats = {seat(1, 2), seat(1, 1)}});
  EXPECT(in_a_word(again) == "SEAT_TAKEN");
  EXPECT(detail_of(again.reservation.why, "A") == "A-1-1 is not available");
  EXPECT(hall.seats(kEvent, "A") == "R..../....R");
}

TEST_CASE("what does not exist is named: event, section, seat") {
  Asking hall;
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "UNKNOWN_EVENT");
  hall.make(2, 5);
  EXPECT(in_a_word(hall.reserve({.section = "B", .count = 1})) == "UNKNOWN_SECTION");
  for (Seat wrong : {seat(0, 1), seat(1, 0), seat(3, 1), seat(1, 6)})
    EXPECT(in_a_word(hall.reserve({.seats = {seat(1, 1), wrong}})) == "UNKNOWN_SEAT");
}

TEST_CASE("a sale is open from the first microsecond of opening to the last before closing") {
  Asking hall;
  hall.make(1, 10, {.opens_at = hall.now() + 10s, .closes_at = hall.now() + 20s});
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "NOT_OPEN");
  hall.advance(10s - 1us);
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "NOT_OPEN");
  hall.advance(1us);
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "CONFIRMED");
  hall.advance(10s - 1us);
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "CONFIRMED");
  hall.advance(1us);
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "CLOSED");
}

TEST_CASE("the limit counts confirmed and paid seats over all sections") {
  Asking hall;
  hall.make(1, 10, {.limit_per_user = 4, .dedup_s = 0});
  hall.event_command(AddSection{{.name = "B", .rows = 1, .seats_per_row = 10}});
  ReservationId first = hall.fresh_id(), second = hall.fresh_id();
  EXPECT(in_a_word(hall.reserve(first, {.count = 2})) == "CONFIRMED");
  EXPECT(in_a_word(hall.reserve(second, {.section = "B", .count = 1})) == "CONFIRMED");
  hall.pay(first);
  Completed over = hall.reserve(hall.fresh_id(), {.section = "B", .count = 2});
  EXPECT(in_a_word(over) == "LIMIT_EXCEEDED");
  EXPECT(over.reservation.why == Why{.reason = Reason::kLimitExceeded, .a = 3, .b = 4});
  EXPECT(in_a_word(hall.reserve(hall.fresh_id(), {.user = "bob", .count = 4})) == "CONFIRMED");
  hall.cancel(second);
  EXPECT(in_a_word(hall.reserve(hall.fresh_id(), {.section = "B", .count = 2})) == "CONFIRMED");
}

TEST_CASE("of several faults the first in the documented order is the reason") {
  Asking hall;
  hall.make(1, 2, {.opens_at = hall.now() + 10s, .limit_per_user = 1});
  EXPECT(in_a_word(hall.reserve({.section = "B", .count = 0})) == "INVALID_COUNT");
  EXPECT(in_a_word(hall.reserve({.section = "B", .count = 3})) == "UNKNOWN_SECTION");
  EXPECT(in_a_word(hall.reserve({.count = 3})) == "NOT_OPEN");
  hall.advance(10s);
  EXPECT(in_a_word(hall.reserve({.count = 3})) == "LIMIT_EXCEEDED");
  hall.event_command(AlterEvent{.opens_at = {}, .closes_at = {}, .limit_per_user = 0});
  EXPECT(in_a_word(hall.reserve({.count = 3})) == "SOLD_OUT");
}

TEST_CASE("an input that is no command or holds no ids changes nothing and is an error") {
  Asking hall;
  hall.make(1, 10);
  size_t records = hall.records().size();
  auto refused = [&](Topic topic, std::string_view event, std::string_view value) {
    return !hall.send(topic, event, value).has_value();
  };
  auto command = [](ReservationId id, std::string user, std::string section) {
    return encode(ReservationCommand{
        .id = id,
        .what = Reserve{.section = std::move(section), .user = std::move(user), .count = 1}});
  };
  ReservationId id = hall.fresh_id();
  EXPECT(refused(Topic::kReservationCommands, kEvent, "nonsense"));
  EXPECT(refused(Topic::kReservationCommands, kEvent, ""));
  EXPECT(refused(Topic::kReservationCommands, kEvent, command(id, "", "A")));
  EXPECT(refused(Topic::kReservationCommands, kEvent, command(id, "a/b", "A")));
  EXPECT(refused(Topic::kReservationCommands, kEvent, command(id, "ann", std::string(65, 'A'))));
  EXPECT(refused(Topic::kReservationCommands, "another", command(id, "ann", "A")));
  EXPECT(refused(Topic::kReservationCommands, "con cert", command(id, "ann", "A")));
  EXPECT(refused(Topic::kSeatEvents, kEvent, command(id, "ann", "A")));
  EXPECT(hall.records().size() == records);
  EXPECT(!refused(Topic::kReservationCommands, kEvent, command(id, "ann", "A")));
}

}  // namespace
}  // namespace usher::seats

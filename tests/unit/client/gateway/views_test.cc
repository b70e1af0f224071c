#include "client/gateway/views.h"

#include "tests/doctest.h"

using namespace usher;
using namespace usher::gateway;

namespace {

const seats::ReservationId kReservation = seats::make_keyed_id("e1", "u1", "k1");

seats::ReservationEntry entry() {
  seats::ReservationEntry entry;
  entry.event = "e1";
  entry.section = "A";
  entry.user = "u1";
  entry.count = 2;
  entry.seats = {{1, 5}, {1, 6}};
  entry.status = seats::Status::kConfirmed;
  entry.offset = Offset(42);
  entry.held_until = WallTime(0);
  return entry;
}

}  // namespace

TEST_CASE("a reservation says what it holds, until when, and where its command stands") {
  EXPECT(reservation_json(kReservation, entry(), PartitionId(3)) ==
         R"({"reservationId":")" + kReservation.text() +
             R"(","eventId":"e1","section":"A","userId":"u1","status":"CONFIRMED",)"
             R"("seats":["A-1-5","A-1-6"],"heldUntil":"1970-01-01T00:00:00.000000Z",)"
             R"("receipt":{"partition":3,"offset":42}})");
}

TEST_CASE("a rejected one says why, in a word and in words") {
  seats::ReservationEntry rejected = entry();
  rejected.seats.clear();
  rejected.held_until.reset();
  rejected.status = seats::Status::kRejected;
  rejected.why = {.reason = seats::Reason::kNoAdjacentSeats, .a = 2};
  std::string json = reservation_json(kReservation, rejected, PartitionId(3));
  EXPECT(json.contains(R"("reason":"NO_ADJACENT_SEATS","detail":"longest free run in A is 2")"));
}

TEST_CASE("a duplicate keeps the id that was asked for, and names the first") {
  seats::ReservationEntry duplicate = entry();
  duplicate.kind = seats::EntryKind::kDuplicate;
  duplicate.first = seats::make_keyed_id("e1", "u1", "k2");
  std::string json = reservation_json(kReservation, duplicate, PartitionId(3));
  EXPECT(json.contains(R"("reservationId":")" + kReservation.text()));
  EXPECT(json.contains(R"("duplicateOf":")" + duplicate.first.text()));
}

TEST_CASE("an event shows its counts and as of when they are") {
  CachedEvent event{
      .sections = {{"A", {.total = 10, .available = 4}}}, .offset = Offset(7), .time = WallTime(1)};
  event.settings.closes_at = WallTime(0);
  EXPECT(event_json("e1", event) ==
         R"({"eventId":"e1","sections":[{"name":"A","total":10,"available":4}],)"
         R"("closesAt":"1970-01-01T00:00:00.000000Z","holdSeconds":600,"dedupSeconds":3600,)"
         R"("asOf":{"offset":7,"time":"1970-01-01T00:00:00.000001Z"}})");
}

TEST_CASE("a full page of events names where the next begins") {
  CachedEvent event;
  EXPECT(events_json({{"a", &event}, {"b", &event}}, 2).ends_with(R"("next":"b"})"));
  EXPECT(!events_json({{"a", &event}}, 2).contains("next"));
}

TEST_CASE("a section's seats are a character each") {
  seats::SectionMap map(2, 3);
  map.set({1, 2}, seats::SeatState::kSold);
  EXPECT(seats_json(map, Offset(9)) ==
         R"({"rows":[{"row":1,"seats":".S."},{"row":2,"seats":"..."}],"offset":9})");
}

#include "tests/unit/processors/apps/seats/asking.h"

namespace usher::seats {
namespace {

struct Booked : Asking {
  ReservationId id;
  explicit Booked(EventSettings settings = {}) {
    make(1, 4, settings);
    id = fresh_id();
    reserve(id, {.count = 2});
  }
};

TEST_CASE("a paid reservation is sold, and its deadline is no more") {
  Booked hall;
  Completed paid = hall.pay(hall.id);
  EXPECT(in_a_word(paid) == "PAID");
  EXPECT(paid.granted);
  EXPECT(paid.changed);
  EXPECT(hall.seats(kEvent, "A") == "SS..");
  hall.advance(24h);
  EXPECT(hall.seats(kEvent, "A") == "SS..");
  EXPECT(hall.user(kEvent, "ann").seats == 2);
  EXPECT(hall.fault().empty());
}

TEST_CASE("a cancelled reservation gives its seats and its user's count back") {
  Booked hall;
  EXPECT(in_a_word(hall.cancel(hall.id)) == "CANCELLED");
  EXPECT(hall.seats(kEvent, "A") == "....");
  EXPECT(hall.user(kEvent, "ann").empty());
  EXPECT(hall.fault().empty());
}

TEST_CASE("paying a paid one and cancelling a cancelled one again is granted and changes nothing") {
  Booked paid, cancelled;
  paid.pay(paid.id);
  Completed again = paid.pay(paid.id);
  EXPECT(again.granted);
  EXPECT(!again.changed);
  cancelled.cancel(cancelled.id);
  again = cancelled.cancel(cancelled.id);
  EXPECT(again.granted);
  EXPECT(!again.changed);
}

TEST_CASE("no other way leads out of a final state") {
  Booked hall({.hold_s = 10});
  hall.cancel(hall.id);
  EXPECT(!hall.pay(hall.id).granted);
  ReservationId paid = hall.fresh_id(), expired = hall.fresh_id(), rejected = hall.fresh_id();
  hall.reserve(paid, {.count = 1});
  hall.pay(paid);
  EXPECT(!hall.cancel(paid).granted);
  hall.reserve(expired, {.user = "bob", .count = 1});
  hall.advance(10s);
  EXPECT(in_a_word(hall.pay(expired)) == "EXPIRED");
  EXPECT(!hall.pay(expired).granted);
  EXPECT(!hall.cancel(expired).granted);
  hall.reserve(rejected, {.user = "cem", .count = 9});
  EXPECT(!hall.pay(rejected).granted);
  EXPECT(!hall.cancel(rejected).granted);
  EXPECT(hall.seats(kEvent, "A") == "S...");
}

TEST_CASE("a hold ends at its deadline and not before, once, with a record") {
  Booked hall({.hold_s = 10});
  hall.advance(10s - 1us);
  EXPECT(hall.reservation(hall.id)->status == Status::kConfirmed);
  size_t records = hall.records().size();
  hall.advance(1us);
  EXPECT(hall.reservation(hall.id)->status == Status::kExpired);
  EXPECT(hall.seats(kEvent, "A") == "....");
  REQUIRE(hall.records().size() == records + 2);
  auto completed = decode<Completed>(hall.records().back().value);
  REQUIRE(completed.has_value());
  EXPECT(completed->cause == Cause::kExpiry);
  EXPECT(completed->command_offset == Offset(0));
  hall.advance(1h);
  EXPECT(hall.records().size() == records + 2);
}

TEST_CASE("a payment at the deadline comes too late, one microsecond before in time") {
  Booked late({.hold_s = 10}), in_time({.hold_s = 10});
  late.advance(10s);
  EXPECT(in_a_word(late.pay(late.id)) == "EXPIRED");
  in_time.advance(10s - 1us);
  EXPECT(in_a_word(in_time.pay(in_time.id)) == "PAID");
}

TEST_CASE("a hold of 0 never expires") {
  Booked hall({.hold_s = 0});
  EXPECT(!hall.reservation(hall.id)->held_until);
  hall.advance(1000 * 24h);
  EXPECT(hall.reservation(hall.id)->status == Status::kConfirmed);
}

TEST_CASE("an id that is not there is unknown, and so is one of another event") {
  Booked hall;
  Completed unknown = hall.pay(hall.fresh_id());
  EXPECT(in_a_word(unknown) == "UNKNOWN");
  EXPECT(!unknown.granted);
  EXPECT(in_a_word(hall.cancel(make_keyed_id(kEvent, "ann", "none"))) == "UNKNOWN");
}

}  // namespace
}  // namespace usher::seats

#include "tests/unit/processors/apps/seats/asking.h"

namespace usher::seats {
namespace {

ReservationId keyed(std::string_view key, std::string_view user = "ann") {
  return make_keyed_id(kEvent, user, key);
}

TEST_CASE("the same key and body is one booking, however often it is sent") {
  Asking hall;
  hall.make(1, 10);
  EXPECT(hall.reserve(keyed("k"), {.count = 2}).changed);
  Offset first = hall.last_offset();
  for (int i = 0; i < 3; ++i) {
    Completed again = hall.reserve(keyed("k"), {.count = 2});
    EXPECT(again.granted);
    EXPECT(!again.changed);
    EXPECT(again.reservation.offset == first);
    EXPECT(again.reservation.seats.size() == 2);
    EXPECT(hall.last().changes.empty());
  }
  EXPECT(hall.seats(kEvent, "A") == "....RR....");
}

TEST_CASE("the same key with another body is KEY_REUSED and leaves the first as it is") {
  Asking hall;
  hall.make(1, 10);
  hall.event_command(AddSection{{.name = "B", .rows = 1, .seats_per_row = 10}});
  hall.reserve(keyed("k"), {.count = 2});
  for (const Reserve& other : {Reserve{.count = 3}, Reserve{.section = "B", .count = 2},
                               Reserve{.count = 2, .split = true},
                               Reserve{.count = 2, .seats = {seat(1, 5), seat(1, 6)}}}) {
    Completed reused = hall.reserve(keyed("k"), other);
    EXPECT(in_a_word(reused) == "KEY_REUSED");
    EXPECT(!reused.granted);
    EXPECT(!reused.changed);
    EXPECT(hall.last().changes.empty());
  }
  EXPECT(hall.reservation(keyed("k"))->why == Why{});
}

TEST_CASE("the order in which seats are named is no part of a body") {
  Asking hall;
  hall.make(1, 10);
  hall.reserve(keyed("k"), {.seats = {seat(1, 2), seat(1, 1)}});
  EXPECT(hall.reserve(keyed("k"), {.seats = {seat(1, 1), seat(1, 2)}}).granted);
}

TEST_CASE("a key that took the last seat answers its reservation for ever after") {
  Asking hall;
  hall.make(1, 1);
  hall.reserve(keyed("k"), {.count = 1});
  EXPECT(in_a_word(hall.reserve({.count = 1})) == "SOLD_OUT");
  for (int i = 0; i < 1'000; ++i)
    REQUIRE(in_a_word(hall.reserve(keyed("k"), {.count = 1})) == "CONFIRMED");
}

TEST_CASE("a rejected key stays rejected, also when seats are there again") {
  Asking hall;
  hall.make(1, 1);
  ReservationId id = hall.fresh_id();
  hall.reserve(id, {.user = "bob", .count = 1});
  EXPECT(in_a_word(hall.reserve(keyed("k"), {.count = 1})) == "SOLD_OUT");
  hall.cancel(id);
  EXPECT(in_a_word(hall.reserve(keyed("k"), {.count = 1})) == "SOLD_OUT");
  hall.advance(30 * 24h);
  EXPECT(in_a_word(hall.reserve(keyed("k"), {.count = 1})) == "SOLD_OUT");
  EXPECT(in_a_word(hall.reserve(keyed("l"), {.count = 1})) == "CONFIRMED");
}

TEST_CASE("another user's key of the same name is another booking, and keys are not dedup'd") {
  Asking hall;
  hall.make(1, 10);
  EXPECT(in_a_word(hall.reserve(keyed("k"), {.count = 1})) == "CONFIRMED");
  EXPECT(hall.reserve(keyed("k", "bob"), {.user = "bob", .count = 1}).changed);
  EXPECT(hall.reserve(keyed("l"), {.count = 1}).changed);
  EXPECT(hall.reserve(hall.fresh_id(), {.count = 1}).changed);
}

TEST_CASE("without a key a second request stands for the first, whatever it asks for") {
  Asking hall;
  hall.make(1, 10);
  ReservationId first = hall.fresh_id(), second = hall.fresh_id();
  hall.reserve(first, {.count = 2});
  Completed dup = hall.reserve(second, {.count = 3});
  EXPECT(in_a_word(dup) == "CONFIRMED");
  EXPECT(dup.reservation.kind == EntryKind::kDuplicate);
  EXPECT(dup.reservation.first == first);
  EXPECT(dup.reservation.seats.size() == 2);
  EXPECT(hall.reservation(second)->first == first);
  EXPECT(hall.seats(kEvent, "A") == "....RR....");
  EXPECT(hall.user(kEvent, "ann").seats == 2);
}

TEST_CASE("another user, another section, or the window's end make it a booking of its own") {
  Asking hall;
  hall.make(1, 10, {.hold_s = 0, .dedup_s = 60});
  hall.event_command(AddSection{{.name = "B", .rows = 1, .seats_per_row = 10}});
  hall.reserve(hall.fresh_id(), {.count = 1});
  EXPECT(hall.reserve(hall.fresh_id(), {.user = "bob", .count = 1}).changed);
  EXPECT(hall.reserve(hall.fresh_id(), {.section = "B", .count = 1}).changed);
  hall.advance(60s - 1us);
  EXPECT(!hall.reserve(hall.fresh_id(), {.count = 1}).changed);
  hall.advance(1us);
  ReservationId next = hall.fresh_id();
  EXPECT(hall.reserve(next, {.count = 1}).changed);
  // The window runs from the first, and this is the first now.
  hall.advance(59s);
  EXPECT(hall.reserve(hall.fresh_id(), {.count = 1}).reservation.first == next);
}

TEST_CASE("a dedup of 0 is off") {
  Asking hall;
  hall.make(1, 10, {.dedup_s = 0});
  EXPECT(hall.reserve(hall.fresh_id(), {.count = 1}).changed);
  EXPECT(hall.reserve(hall.fresh_id(), {.count = 1}).changed);
  EXPECT(hall.user(kEvent, "ann").recent.empty());
}

TEST_CASE("a first that is cancelled, expired or rejected is nobody's first") {
  Asking hall;
  hall.make(1, 3, {.hold_s = 10});
  ReservationId first = hall.fresh_id();
  EXPECT(in_a_word(hall.reserve(hall.fresh_id(), {.count = 4})) == "SOLD_OUT");
  EXPECT(hall.reserve(first, {.count = 1}).changed);
  hall.cancel(first);
  EXPECT(hall.reserve(hall.fresh_id(), {.count = 1}).changed);
  hall.advance(10s);
  EXPECT(hall.reserve(hall.fresh_id(), {.count = 1}).changed);
}

TEST_CASE("a paid first, and a sale that has closed, still answer the second") {
  Asking hall;
  hall.make(1, 3, {.closes_at = hall.now() + 10s});
  ReservationId first = hall.fresh_id();
  hall.reserve(first, {.count = 1});
  hall.pay(first);
  hall.advance(11s);
  Completed dup = hall.reserve(hall.fresh_id(), {.count = 1});
  EXPECT(in_a_word(dup) == "PAID");
  EXPECT(dup.reservation.first == first);
}

TEST_CASE("paying and cancelling a duplicate's id is paying and cancelling the first") {
  Asking hall;
  hall.make(1, 3);
  ReservationId first = hall.fresh_id(), second = hall.fresh_id();
  hall.reserve(first, {.count = 1});
  hall.reserve(second, {.count = 1});
  Completed paid = hall.pay(second);
  EXPECT(paid.granted);
  EXPECT(paid.reservation.first == first);
  EXPECT(hall.reservation(first)->status == Status::kPaid);
  EXPECT(!hall.cancel(second).granted);
}

TEST_CASE("the same command without a key sent twice is one booking") {
  Asking hall;
  hall.make(1, 3, {.dedup_s = 0});
  ReservationId id = hall.fresh_id();
  EXPECT(hall.reserve(id, {.count = 1}).changed);
  EXPECT(!hall.reserve(id, {.count = 1}).changed);
  EXPECT(hall.seats(kEvent, "A") == "R..");
}

}  // namespace
}  // namespace usher::seats

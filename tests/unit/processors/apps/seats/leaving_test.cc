#include "proto/base/limits.h"

#include "tests/unit/processors/apps/seats/asking.h"

namespace usher::seats {
namespace {

constexpr Duration kDay = 24h;

TEST_CASE("a rejected reservation leaves after a day, unless it has a key") {
  Asking hall;
  hall.make(1, 1);
  ReservationId plain = hall.fresh_id(), keyed = make_keyed_id(kEvent, "ann", "k");
  hall.reserve(plain, {.count = 2});
  hall.reserve(keyed, {.count = 2});
  hall.advance(kDay - 1us);
  EXPECT(hall.reservation(plain));
  hall.advance(1us);
  EXPECT(!hall.reservation(plain));
  EXPECT(hall.reservation(keyed));
}

TEST_CASE("a key used for an event that is not there is forgotten after a day, or kept with it") {
  Asking hall;
  ReservationId gone = make_keyed_id(kEvent, "ann", "k"), kept = make_keyed_id(kEvent, "ann", "l");
  hall.reserve(gone, {.count = 1});
  hall.advance(kDay);
  EXPECT(!hall.reservation(gone));
  hall.reserve(kept, {.count = 1});
  hall.make(1, 1);
  hall.advance(2 * kDay);
  EXPECT(hall.reservation(kept));
}

struct Closed : Asking {
  ReservationId paid, cancelled, keyed, held, duplicate, of_held;
  Closed() {
    make(2, 10, {.closes_at = now() + 1h, .hold_s = 0});
    paid = fresh_id(), cancelled = fresh_id(), held = fresh_id(), duplicate = fresh_id(),
    of_held = fresh_id(), keyed = make_keyed_id(kEvent, "ann", "k");
    reserve(paid, {.count = 1});
    reserve(duplicate, {.count = 1});
    reserve(keyed, {.count = 2});
    reserve(cancelled, {.user = "bob", .count = 1});
    reserve(held, {.user = "cem", .count = 1});
    reserve(of_held, {.user = "cem", .count = 1});
    pay(paid);
    pay(keyed);
    cancel(cancelled);
  }
};

TEST_CASE("seven days after the close what is finished leaves, and sold seats stay sold") {
  Closed hall;
  std::string seats = hall.seats(kEvent, "A");
  hall.advance(1h + 7 * kDay - 1us);
  EXPECT(hall.entries(Store::kReservations) == 6);
  hall.advance(1us);
  EXPECT(!hall.reservation(hall.paid));
  EXPECT(!hall.reservation(hall.cancelled));
  EXPECT(!hall.reservation(hall.duplicate));
  EXPECT(hall.reservation(hall.held));
  EXPECT(hall.reservation(hall.of_held));
  EXPECT(hall.seats(kEvent, "A") == seats);
  EXPECT(hall.user(kEvent, "ann").seats == 3);
  EXPECT(hall.fault().empty());
}

TEST_CASE("a key's reservation becomes a tombstone that answers as before") {
  Closed hall;
  hall.advance(30 * kDay);
  ReservationEntry tombstone = *hall.reservation(hall.keyed);
  EXPECT(tombstone.kind == EntryKind::kTombstone);
  EXPECT(tombstone.seats.size() == 2);
  EXPECT(in_a_word(hall.reserve(hall.keyed, {.count = 2})) == "PAID");
  EXPECT(in_a_word(hall.reserve(hall.keyed, {.count = 1})) == "KEY_REUSED");
  EXPECT(hall.pay(hall.keyed).granted);
  EXPECT(!hall.cancel(hall.keyed).granted);
}

TEST_CASE("what is not finished stays, and leaves with a later sweep") {
  Closed hall;
  hall.advance(8 * kDay);
  EXPECT(hall.reservation(hall.held));
  hall.cancel(hall.held);
  hall.advance(7 * kDay);
  EXPECT(!hall.reservation(hall.held));
  EXPECT(!hall.reservation(hall.of_held));
  EXPECT(!hall.event(kEvent)->sweep_at);
  EXPECT(hall.timers().empty());
}

TEST_CASE("another close moves the sweep, none takes it away") {
  Closed hall;
  hall.event_command(AlterEvent{.closes_at = std::optional(hall.now() + 48h)});
  hall.advance(8 * kDay);
  EXPECT(hall.reservation(hall.paid));
  hall.event_command(AlterEvent{.closes_at = std::optional<WallTime>{}});
  hall.advance(30 * kDay);
  EXPECT(hall.reservation(hall.paid));
  hall.event_command(AlterEvent{.closes_at = std::optional(hall.now() + -20 * 24h)});
  hall.advance(1us);
  EXPECT(!hall.reservation(hall.paid));
}

TEST_CASE("a sweep of many goes in small steps and gets them all") {
  Asking hall;
  hall.make(40, 50, {.closes_at = hall.now() + 1h, .hold_s = 60, .dedup_s = 0});
  for (int i = 0; i < 1'500; ++i) hall.reserve({.count = 1});
  hall.advance(1h);
  hall.event_command(AlterEvent{.limit_per_user = 1});
  hall.advance(7 * kDay);
  for (int i = 0; i < 10; ++i) hall.advance(1us);
  EXPECT(hall.entries(Store::kReservations) == 0);
  EXPECT(hall.last().changes.size() <= limits::kSweptAtOnce + 1);
  EXPECT(hall.timers().empty());
}

TEST_CASE("a sweep touches no other event of the slot") {
  // Two ids of one slot, found by trying.
  std::string other;
  for (int i = 0; other.empty(); ++i) {
    std::string name = "event-" + std::to_string(i);
    if (make_id(name, WallTime(0), 0).slot() == make_id(kEvent, WallTime(0), 0).slot())
      other = name;
  }
  Closed hall;
  CreateEvent create{.settings = {}, .sections = {{.name = "A", .rows = 1, .seats_per_row = 4}}};
  hall.event_command(create, other);
  ReservationId id = make_id(other, hall.now(), 77);
  hall.reserve(id, {.count = 1}, other);
  hall.send(other, {.id = id, .what = Cancel{}});
  hall.advance(30 * kDay);
  EXPECT(hall.reservation(id)->status == Status::kCancelled);
  // And an id of the one is not known to the other.
  EXPECT(in_a_word(hall.send(kEvent, {.id = id, .what = Pay{}})) == "UNKNOWN");
}

}  // namespace
}  // namespace usher::seats

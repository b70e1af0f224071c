#include "client/booking/booking.h"

#include "tests/doctest.h"
#include "tests/unit/client/booking/fake_seats.h"

namespace usher::booking {
namespace {

struct Example : FakeSeats {
  Example() {
    REQUIRE(change(seats::CreateEvent{.settings = {}, .sections = {{"A", 1, 4}}}).became.outcome ==
            seats::EventOutcome::kDone);
  }
  EventChanged change(EventWhat what) {
    auto changed = wait<EventChanged>(
        [&](auto done) { booking.change_event("concert", std::move(what), {}, std::move(done)); });
    REQUIRE(changed.has_value());
    return *changed;
  }
  Result<Reserved> reserve(std::string user, uint32_t count, std::optional<std::string> key = {}) {
    return wait<Reserved>([&](auto done) {
      last_id = booking.reserve({.event = "concert",
                                 .what = {.section = "A", .user = user, .count = count},
                                 .key = key,
                                 .trace = {.request_id = "r-" + user}},
                                std::move(done));
    });
  }
  Result<Shown> show(const seats::ReservationId& id, Duration within = {}) {
    return wait<Shown>([&](auto done) { booking.show(id, within, std::move(done)); });
  }
  Result<Settled> settle(const seats::ReservationId& id, Settling what) {
    return wait<Settled>([&](auto done) { booking.settle(id, what, {}, std::move(done)); });
  }
  seats::ReservationId last_id;
};

TEST_CASE("without a key a reservation is told as soon as it is durable, and known later") {
  Example seats;
  seats.owner_decides = false;
  auto reserved = seats.reserve("ann", 2);
  REQUIRE(reserved.has_value());
  EXPECT(reserved->kind == Reserved::Kind::kTaken);
  EXPECT(reserved->id == seats.last_id);
  EXPECT(seats.traces.back().request_id == "r-ann");
  // Durable and not decided: pending, and never unknown.
  auto pending = seats.show(reserved->id);
  REQUIRE(pending.has_value());
  EXPECT(pending->standing == Standing::kPending);

  seats.decide();
  auto known = seats.show(reserved->id);
  REQUIRE(known.has_value());
  REQUIRE(known->standing == Standing::kKnown);
  EXPECT(known->view.entry.status == seats::Status::kConfirmed);
}

TEST_CASE("who waits for a reservation is told when it is decided") {
  Example seats;
  seats.owner_decides = false;
  auto reserved = seats.reserve("ann", 2);
  REQUIRE(reserved.has_value());
  seats.scheduler.after(20s, [&] { seats.decide(); });
  auto before = seats.loop.now();
  auto known = seats.show(reserved->id, 30s);
  REQUIRE(known.has_value());
  EXPECT(known->standing == Standing::kKnown);
  EXPECT(seats.loop.now() - before == 20s);
}

TEST_CASE("with a key the same is a repetition, and another body a reuse") {
  Example seats;
  auto first = seats.reserve("ann", 2, "k");
  auto again = seats.reserve("ann", 2, "k");
  auto other = seats.reserve("ann", 1, "k");
  REQUIRE((first && again && other));
  EXPECT(first->kind == Reserved::Kind::kTaken);
  EXPECT(again->kind == Reserved::Kind::kRepeated);
  EXPECT(again->id == first->id);
  EXPECT(again->view.entry.seats == first->view.entry.seats);
  EXPECT(other->kind == Reserved::Kind::kKeyReused);
}

TEST_CASE("two at once with one key are one reservation, and one of them is the first") {
  Example seats;
  std::vector<Reserved> told;
  for (int i = 0; i < 2; ++i)
    seats.booking.reserve({.event = "concert",
                           .what = {.section = "A", .user = "ann", .count = 2},
                           .key = "k",
                           .trace = {}},
                          [&](Result<Reserved> reserved) { told.push_back(*reserved); });
  seats.loop.run_until([&] { return told.size() == 2; }, 1min);
  REQUIRE(told.size() == 2);
  EXPECT(told[0].id == told[1].id);
  EXPECT((told[0].kind == Reserved::Kind::kTaken) != (told[1].kind == Reserved::Kind::kTaken));
}

TEST_CASE("a duplicate shows its first") {
  Example seats;
  auto first = seats.reserve("ann", 2);
  auto second = seats.reserve("ann", 2);
  REQUIRE((first && second));
  auto shown = seats.show(second->id);
  REQUIRE((shown && shown->standing == Standing::kKnown));
  EXPECT(shown->view.entry.kind == seats::EntryKind::kDuplicate);
  EXPECT(shown->view.entry.first == first->id);
  EXPECT(shown->view.entry.seats.size() == 2);
}

TEST_CASE("paying is done once, by the log, and forbidden where the state forbids it") {
  Example seats;
  auto reserved = seats.reserve("ann", 2);
  REQUIRE(reserved.has_value());
  auto paid = seats.settle(reserved->id, Settling::kPay);
  REQUIRE(paid.has_value());
  EXPECT(paid->granted);
  EXPECT(paid->view.entry.status == seats::Status::kPaid);
  size_t written = seats.traces.size();
  auto again = seats.settle(reserved->id, Settling::kPay);
  REQUIRE(again.has_value());
  EXPECT(again->granted);
  auto cancelled = seats.settle(reserved->id, Settling::kCancel);
  REQUIRE(cancelled.has_value());
  EXPECT(!cancelled->granted);
  EXPECT(cancelled->view.entry.status == seats::Status::kPaid);
  // What is final is final without the log.
  EXPECT(seats.traces.size() == written);
}

TEST_CASE("of an id that nobody gave, one is unknown and one from yesterday is gone") {
  Example seats;
  WallTime now = seats.scheduler.clock().wall();
  auto young = seats.show(seats::make_id("concert", now, 7));
  REQUIRE(young.has_value());
  EXPECT(young->standing == Standing::kUnknown);
  auto old = seats.show(seats::make_id("concert", now + -std::chrono::hours(25), 7));
  REQUIRE(old.has_value());
  EXPECT(old->standing == Standing::kGone);
  auto keyed = seats.show(seats::make_keyed_id("concert", "ann", "k"));
  REQUIRE(keyed.has_value());
  EXPECT(keyed->standing == Standing::kUnknown);
  auto paid = seats.settle(seats::make_id("concert", now, 7), Settling::kPay);
  REQUIRE(paid.has_value());
  EXPECT(paid->standing == Standing::kUnknown);
}

TEST_CASE("a command that is durable is never called undone") {
  Example seats;
  seats.owner_error = Error{ErrorCode::UNREACHABLE, "no daemon"};
  auto reserved = seats.reserve("ann", 2, "k");
  REQUIRE(!reserved.has_value());
  EXPECT(reserved.error().retry() == Retry::kUnknown);
}

TEST_CASE("what the log says of a command's fate is passed on") {
  Example seats;
  for (ErrorCode code : {ErrorCode::UNREACHABLE, ErrorCode::TIMED_OUT}) {
    seats.log_error = Error{code, "down"};
    auto reserved = seats.reserve("ann", 2);
    REQUIRE(!reserved.has_value());
    EXPECT(reserved.error().code == code);
  }
}

TEST_CASE("an event command tells what became of it") {
  Example seats;
  EXPECT(
      seats.change(seats::CreateEvent{.settings = {}, .sections = {{"A", 1, 4}}}).became.outcome ==
      seats::EventOutcome::kUnchanged);
  EXPECT(
      seats.change(seats::CreateEvent{.settings = {}, .sections = {{"A", 1, 5}}}).became.outcome ==
      seats::EventOutcome::kDifferent);
  EXPECT(seats.change(seats::BlockSeats{.seats = {{"A", {{1, 1}}}}}).became.outcome ==
         seats::EventOutcome::kDone);
  auto map = seats.wait<std::optional<SectionView>>(
      [&](auto done) { seats.booking.seats("concert", "A", std::move(done)); });
  REQUIRE((map && *map));
  EXPECT((*map)->map.row_text(1) == "X...");
}

TEST_CASE("answers that come when nobody books any more are dropped") {
  Example seats;
  bool told = false;
  {
    Booking booking(seats, seats, seats.scheduler.clock(), Random(2));
    booking.reserve({.event = "concert", .what = {.section = "A", .user = "u", .count = 1}},
                    [&](Result<Reserved>) { told = true; });
  }
  seats.loop.run_for(1s);
  EXPECT(!told);
}

}  // namespace
}  // namespace usher::booking

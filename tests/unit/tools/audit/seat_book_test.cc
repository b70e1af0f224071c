#include "tools/audit/seats/seat_book.h"

#include "tests/doctest.h"

namespace usher::audit {
namespace {

using namespace seats;

// A section of two rows of five at event `e`, and what the book says of each record.
class Book {
 public:
  explicit Book(EventSettings settings = {}) {
    SeatEvent made;
    made.settings = settings;
    made.sections = {{"A", 2, 5}};
    book_.apply("e", made, [&](Fault fault) { note(fault); });
  }
  ReservationId confirm(uint64_t id, std::vector<Seat> seats, std::string user = "u",
                        bool split = false, WallTime time = WallTime(100)) {
    Completed said = completed(id, Cause::kReserve, Status::kConfirmed, std::move(seats));
    said.reservation.user = user;
    said.reservation.held_until = WallTime(200);
    Reserve asked{.section = "A",
                  .user = std::move(user),
                  .count = static_cast<uint32_t>(said.reservation.seats.size()),
                  .split = split};
    book_.apply("e", said, &asked, time, [&](Fault fault) { note(fault); });
    return said.id;
  }
  void settle(uint64_t id, Cause cause, std::vector<Seat> seats, WallTime time = WallTime(150)) {
    Status status = cause == Cause::kPay      ? Status::kPaid
                    : cause == Cause::kCancel ? Status::kCancelled
                                              : Status::kExpired;
    book_.apply("e", completed(id, cause, status, std::move(seats)), nullptr, time,
                [&](Fault fault) { note(fault); });
  }
  void status(uint32_t available, uint32_t reserved) {
    SectionStatus said{.section = "A", .available = available, .reserved = reserved};
    book_.check("e", said, [&](Fault fault) { note(fault); });
  }
  // The kinds of faults since the last call.
  std::string faults() { return std::exchange(faults_, ""); }

 private:
  static Completed completed(uint64_t id, Cause cause, Status status, std::vector<Seat> seats) {
    Completed said;
    said.id = {.high = 1, .low = id};
    said.cause = cause;
    said.reservation.event = "e";
    said.reservation.section = "A";
    said.reservation.user = "u";
    said.reservation.status = status;
    said.reservation.seats = std::move(seats);
    return said;
  }
  void note(const Fault& fault) { faults_ += std::string(name_of(fault.kind)) + " "; }
  SeatBook book_;
  std::string faults_;
};

TEST_CASE("a seat with two holders is found, and one that is given back may be given again") {
  Book book;
  book.confirm(1, {{1, 1}, {1, 2}});
  book.confirm(2, {{1, 2}, {1, 3}});
  EXPECT(book.faults() == "seat ");
  book.settle(1, Cause::kCancel, {{1, 1}, {1, 2}});
  book.confirm(3, {{1, 1}, {1, 2}});
  EXPECT(book.faults() == "");
}

TEST_CASE("seats that are not there, not side by side, or fewer than asked for are found") {
  Book book;
  book.confirm(1, {{3, 1}});
  EXPECT(book.faults() == "seat ");
  book.confirm(2, {{1, 1}, {1, 3}});
  EXPECT(book.faults() == "rule ");
  book.confirm(3, {{2, 1}, {2, 3}}, "u", true);
  EXPECT(book.faults() == "");
  book.confirm(4, {});
  EXPECT(book.faults().starts_with("rule "));
}

TEST_CASE("more seats than the limit, and a sale outside its window, are found") {
  Book book({.opens_at = WallTime(50), .closes_at = WallTime(300), .limit_per_user = 2});
  book.confirm(1, {{1, 1}, {1, 2}});
  EXPECT(book.faults() == "");
  book.confirm(2, {{1, 3}});
  EXPECT(book.faults() == "rule ");
  book.confirm(3, {{1, 4}}, "v", false, WallTime(49));
  book.confirm(4, {{1, 5}}, "w", false, WallTime(300));
  EXPECT(book.faults() == "rule rule ");
}

TEST_CASE("an end that is too early, too late, or the second one is found") {
  Book book;
  book.confirm(1, {{1, 1}});
  book.settle(1, Cause::kExpiry, {{1, 1}}, WallTime(199));
  EXPECT(book.faults() == "rule ");
  book.settle(1, Cause::kExpiry, {{1, 1}}, WallTime(200));
  EXPECT(book.faults() == "seat ");
  book.confirm(2, {{1, 2}});
  book.settle(2, Cause::kPay, {{1, 2}}, WallTime(200));
  EXPECT(book.faults() == "rule ");
  book.settle(2, Cause::kCancel, {{1, 2}});
  EXPECT(book.faults() == "seat ");
}

TEST_CASE("counts that are not those of the holders are found") {
  Book book;
  book.confirm(1, {{1, 1}});
  book.status(9, 1);
  EXPECT(book.faults() == "");
  book.status(10, 0);
  EXPECT(book.faults() == "count ");
}

}  // namespace
}  // namespace usher::audit

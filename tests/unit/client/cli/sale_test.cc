#include <array>

#include "client/cli/http_sale.h"
#include "client/cli/sale_report.h"
#include "client/cli/sale_requests.h"
#include "client/cli/seat_tally.h"

#include "tests/doctest.h"

namespace usher::cli {
namespace {

using seats::Seat;
using seats::SeatState;

const SaleShape kTwoByTwo{.events = 2, .sections = 2, .rows = 3, .seats_per_row = 4};

TEST_CASE("the same seed asks for the same, another for something else") {
  SaleRequests one({}, false, Random(7));
  SaleRequests same({}, false, Random(7));
  SaleRequests other({}, false, Random(8));
  int alike = 0;
  for (int i = 0; i < 1'000; ++i) {
    SaleRequest request = one.next();
    EXPECT(same.next() == request);
    alike += other.next() == request;
  }
  EXPECT(alike < 20);
}

TEST_CASE("events, sections and 1 to 4 seats are asked for equally often") {
  SaleShape shape;
  SaleRequests requests(shape, false, Random(1));
  constexpr int kRequests = 400'000;
  std::vector<int> sections(shape.events * shape.sections);
  std::array<int, 5> counts{};
  for (int i = 0; i < kRequests; ++i) {
    SaleRequest request = requests.next();
    REQUIRE(request.event < shape.events);
    REQUIRE(request.section < shape.sections);
    REQUIRE(request.seats >= 1);
    REQUIRE(request.seats <= 4);
    ++sections[request.event * shape.sections + request.section];
    ++counts[request.seats];
  }
  // Six times the standard deviation and more.
  for (int section : sections) EXPECT(std::abs(section - 1'000) < 200);
  for (size_t seats = 1; seats <= 4; ++seats) EXPECT(std::abs(counts[seats] - 100'000) < 1'700);
}

TEST_CASE("where it is hot all ask for the first section of the first event") {
  SaleRequests requests({}, true, Random(1));
  for (int i = 0; i < 100; ++i) {
    SaleRequest request = requests.next();
    EXPECT(request.event == 0);
    EXPECT(request.section == 0);
  }
}

TEST_CASE("a seat that is given twice is counted once and as a double booking") {
  SeatTally tally(kTwoByTwo);
  tally.add(0, 1, {.row = 3, .number = 4});
  tally.add(1, 0, {.row = 3, .number = 4});
  EXPECT(tally.seats() == 2);
  EXPECT(tally.doubles() == 0);
  tally.add(0, 1, {.row = 3, .number = 4});
  EXPECT(tally.seats() == 2);
  EXPECT(tally.doubles() == 1);
}

TEST_CASE("a seat that the sale does not have is a stranger") {
  SeatTally tally(kTwoByTwo);
  tally.add(2, 0, {.row = 1, .number = 1});
  tally.add(0, 2, {.row = 1, .number = 1});
  tally.add(0, 0, {.row = 0, .number = 1});
  tally.add(0, 0, {.row = 4, .number = 1});
  tally.add(0, 0, {.row = 1, .number = 0});
  tally.add(0, 0, {.row = 1, .number = 5});
  EXPECT(tally.strangers() == 6);
  EXPECT(tally.seats() == 0);
}

TEST_CASE("every seat has a place of its own") {
  SeatTally tally(kTwoByTwo);
  for (uint64_t event = 0; event < 2; ++event)
    for (uint64_t section = 0; section < 2; ++section)
      for (uint16_t row = 1; row <= 3; ++row)
        for (uint16_t number = 1; number <= 4; ++number)
          tally.add(event, section, {.row = row, .number = number});
  EXPECT(tally.seats() == kTwoByTwo.seats());
  EXPECT(tally.doubles() == 0);
}

TEST_CASE("tallies and maps are compared seat by seat") {
  SeatTally named(kTwoByTwo);
  SeatTally held(kTwoByTwo);
  seats::SectionMap map(3, 4);
  Seat first{.row = 1, .number = 2};
  Seat second{.row = 2, .number = 2};
  named.add(1, 1, first);
  EXPECT(named.differing(held) == 1);
  EXPECT(named.differing(1, 1, map) == 1);
  held.add(1, 1, second);
  map.set(second, SeatState::kReserved);
  EXPECT(named.differing(held) == 2);
  EXPECT(named.differing(1, 1, map) == 2);
  named.add(1, 1, second);
  held.add(1, 1, first);
  map.set(first, SeatState::kSold);
  EXPECT(named.differing(held) == 0);
  EXPECT(named.differing(1, 1, map) == 0);
  EXPECT(named.differing(0, 1, map) == 2);
  EXPECT(named.differing(1, 1, seats::SectionMap(4, 3)) == kTwoByTwo.seats_per_section());
}

TEST_CASE("a sale is sold out with its last seat, and well without double bookings") {
  SaleReport report;
  report.accepted = 300;
  report.seats_sold = 799;
  report.seats_total = 800;
  report.selling_seconds = 1.5;
  EXPECT(!report.sold_out_seconds());
  EXPECT(json_of(report).contains("\"sold_out_seconds\":null"));
  report.seats_sold = 800;
  EXPECT(report.sold_out_seconds() == 1.5);
  EXPECT(report.allocations_per_second() == 200);
  EXPECT(report.is_well());
  report.double_sold = 1;
  EXPECT(!report.is_well());
}

TEST_CASE("what a gateway answers is pending, an outcome, or an error") {
  auto told = [](unsigned status, std::string body) {
    return sale_answer_of({.status = status, .body = std::move(body)});
  };
  auto pending = told(202, R"({"reservationId":"0ABC","status":"PENDING"})");
  REQUIRE(pending.has_value());
  EXPECT(!pending->outcome);
  EXPECT(pending->pending == "0ABC");

  auto confirmed = told(200, R"({"reservationId":"0ABC","status":"CONFIRMED","section":"S1",
                                 "seats":["S1-2-3","S1-2-4"]})");
  REQUIRE(confirmed.has_value());
  REQUIRE(confirmed->outcome.has_value());
  EXPECT(confirmed->outcome->kind == SaleOutcome::Kind::kConfirmed);
  EXPECT(confirmed->outcome->section == "S1");
  EXPECT(confirmed->outcome->seats == std::vector<Seat>{{2, 3}, {2, 4}});

  auto rejected = told(200, R"({"reservationId":"0ABC","status":"REJECTED","seats":[]})");
  REQUIRE(rejected.has_value());
  EXPECT(rejected->outcome->kind == SaleOutcome::Kind::kRejectedByLog);
  auto turned_away = told(409, R"({"code":"SOLD_OUT","status":409})");
  REQUIRE(turned_away.has_value());
  EXPECT(turned_away->outcome->kind == SaleOutcome::Kind::kRejectedByCache);

  EXPECT(!told(503, R"({"code":"UNAVAILABLE"})"));
  EXPECT(!told(409, R"({"code":"WRONG_STATE"})"));
  EXPECT(!told(200, "not JSON"));
  EXPECT(!told(200, R"({"status":"CONFIRMED","seats":["S1-0-3"]})"));
  EXPECT(!told(200, R"({"status":"EXPIRED","seats":[]})"));
}

}  // namespace
}  // namespace usher::cli

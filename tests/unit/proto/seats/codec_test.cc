#include "proto/seats/codec.h"

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher::seats {
namespace {

const EventSettings kSettings{.opens_at = WallTime(5),
                              .closes_at = std::nullopt,
                              .limit_per_user = 4,
                              .hold_s = 0,
                              .dedup_s = 60};
const std::vector<SectionSeats> kGroups = {
    {.section = "A", .seats = {{.row = 1, .number = 2}, {.row = 1000, .number = 1000}}},
    {.section = "B", .seats = {}}};

ReservationEntry reservation() {
  return {.event = "concert",
          .section = "A",
          .user = "ann",
          .count = 2,
          .seats = kGroups[0].seats,
          .status = Status::kConfirmed,
          .kind = EntryKind::kDuplicate,
          .why = {.reason = Reason::kSeatTaken, .a = 3, .b = 4},
          .first = {.high = 1, .low = 2},
          .body = {.low = 3, .high = 4},
          .offset = Offset(99),
          .made_at = WallTime(-7),
          .held_until = WallTime(8)};
}

Reserve request() {
  return {.section = "A", .user = "ann", .count = 2, .split = true, .seats = kGroups[0].seats};
}

// There and back; the same value again gives the same bytes; no shorter part is taken for it, and
// whatever changed bytes decode to, they do no harm.
template <class Value>
void expect_kept(const Value& value) {
  std::string bytes = encode(value);
  EXPECT(encode(value) == bytes);
  Result<Value> back = decode<Value>(bytes);
  REQUIRE(back.has_value());
  EXPECT(*back == value);
  EXPECT(encode(*back) == bytes);
  Random random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string damaged = bytes;
    for (uint64_t n = random.between(1, 3); n > 0; --n)
      damaged[random.below(damaged.size())] = static_cast<char>(random.next());
    Result<Value> read = decode<Value>(damaged);
    if (!read) EXPECT(read.error().code == ErrorCode::RECORD_MALFORMED);
  }
  for (size_t size = 0; size < bytes.size(); ++size)
    (void)decode<Value>(std::string_view(bytes).substr(0, size));
  EXPECT(!decode<Value>(""));
}

TEST_CASE("event commands are read as they were written") {
  CommandId id{.high = 1, .low = ~uint64_t{0}};
  expect_kept(EventCommand{id, CreateEvent{kSettings, {{"A", 1, 2}, {"B-2", 1000, 1000}}}});
  expect_kept(EventCommand{id, AddSection{{"A", 1, 2}}});
  expect_kept(EventCommand{id, AlterEvent{}});
  expect_kept(EventCommand{id, AlterEvent{.opens_at = std::optional<WallTime>{},
                                          .closes_at = std::optional(WallTime(7)),
                                          .limit_per_user = 0}});
  expect_kept(EventCommand{id, BlockSeats{kGroups}});
  expect_kept(EventCommand{id, ReleaseSeats{}});
}

TEST_CASE("what becomes of events is read as it was written") {
  expect_kept(SeatEvent{.command = {.high = 1, .low = 2},
                        .command_offset = Offset(7),
                        .change = EventChange::kBlock,
                        .outcome = EventOutcome::kInvalid,
                        .detail = "why",
                        .settings = kSettings,
                        .sections = {{"A", 1, 2}},
                        .seats = kGroups});
  expect_kept(SeatEvent{});
  expect_kept(
      SectionStatus{.section = "A", .available = 1, .reserved = 2, .sold = 3, .blocked = 4});
  expect_kept(EventEntry{.settings = kSettings,
                         .sections = 2,
                         .seats = 30,
                         .body = {.low = 1, .high = 2},
                         .offset = Offset(3),
                         .made_at = WallTime(4),
                         .sweep_at = WallTime(5),
                         .sweep_from = std::string("\0\1", 2),
                         .sweep_leaves = true});
  expect_kept(EventEntry{});
}

TEST_CASE("reservations are read as they were written") {
  ReservationId id{.high = 1, .low = 2};
  expect_kept(ReservationCommand{id, request()});
  expect_kept(ReservationCommand{id, Pay{}});
  expect_kept(ReservationCommand{id, Cancel{}});
  expect_kept(Requested{.id = id, .command_offset = Offset(3), .reserve = request()});
  expect_kept(Outcome{.id = id, .seats = kGroups[0].seats, .why = {}});
  expect_kept(Outcome{.id = id, .seats = {}, .why = {.reason = Reason::kSoldOut, .a = 1, .b = 2}});
  expect_kept(reservation());
  expect_kept(ReservationEntry{});
  Completed completed{.id = id,
                      .command_offset = Offset(3),
                      .cause = Cause::kCancel,
                      .known = false,
                      .granted = true,
                      .changed = false,
                      .reservation = reservation()};
  expect_kept(completed);
  expect_kept(UserEntry{.seats = 3,
                        .recent = {{.section = "A", .first = id, .until = WallTime(9)},
                                   {.section = "B", .first = id, .until = WallTime(1)}}});
}

TEST_CASE("sections are read as they were written, whatever their rows fill") {
  for (uint16_t seats : {1, 7, 8, 9, 63, 64, 65, 128, 1000}) {
    SectionMap map(3, seats);
    map.set({.row = 1, .number = 1}, SeatState::kReserved);
    map.set({.row = 2, .number = seats}, SeatState::kSold);
    map.set({.row = 3, .number = seats}, SeatState::kBlocked);
    expect_kept(map);
  }
}

TEST_CASE("planes with seats past a row's end, or with more than there are, are no section") {
  SectionMap map(2, 7);
  constexpr unsigned char kNone[2] = {0, 0}, kSeventh[2] = {0x40, 0}, kEighth[2] = {0, 0x80};
  EXPECT(SectionPlanes::read(map, kSeventh, kNone, {1, 0, 0}));
  EXPECT(map.state({.row = 1, .number = 7}) == SeatState::kReserved);
  EXPECT(map.available() == 13);
  EXPECT(!SectionPlanes::read(map, kEighth, kNone, {1, 0, 0}));
  EXPECT(!SectionPlanes::read(map, kNone, kEighth, {0, 1, 0}));
  EXPECT(!SectionPlanes::read(map, kNone, kNone, {5, 5, 5}));
  EXPECT(!SectionPlanes::read(map, kNone, kNone, {~0U, ~0U, ~0U}));
}

TEST_CASE("a few bytes do not unpack to many") {
  // Packed zeros: a tag of 0 and how many words more.
  std::string bomb;
  for (int i = 0; i < 100'000; ++i) bomb += std::string("\0\xff", 2);
  Result<SectionMap> read = decode<SectionMap>(bomb);
  REQUIRE(!read.has_value());
  EXPECT(read.error().code == ErrorCode::RECORD_MALFORMED);
}

TEST_CASE("most records are small") {
  ReservationEntry rejected{.event = "concert-2026",
                            .section = "A",
                            .user = "user-123456",
                            .count = 2,
                            .status = Status::kRejected,
                            .why = {.reason = Reason::kSoldOut},
                            .body = {.low = ~uint64_t{0}, .high = ~uint64_t{0}},
                            .offset = Offset(1'000'000),
                            .made_at = WallTime(1'795'000'000'000'000)};
  EXPECT(encode(rejected).size() <= 110);
  EXPECT(encode(SectionMap(20, 50)).size() <= 60);
}

}  // namespace
}  // namespace usher::seats

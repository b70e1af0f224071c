// One of every record and store entry of the seats, with everything in it: for golden bytes and for
// mutation. What stands in a file once is read for ever.
#pragma once

#include <string>
#include <vector>

#include "proto/seats/codec.h"

namespace usher::seats::samples {

struct Sample {
  std::string name;
  std::string bytes;
  // The bytes read and written again; what could not be read, as it was refused.
  Result<std::string> (*again)(std::string_view bytes);
};

template <class Value>
Sample sample(std::string name, const Value& value) {
  return {std::move(name), encode(value), [](std::string_view bytes) -> Result<std::string> {
            TRY_ASSIGN(Value read, decode<Value>(bytes));
            return encode(read);
          }};
}

inline std::vector<Sample> all_records() {
  EventSettings settings{.opens_at = WallTime(1'795'000'000'000'000),
                         .closes_at = std::nullopt,
                         .limit_per_user = 4,
                         .hold_s = 600,
                         .dedup_s = 3600};
  std::vector<SectionSeats> groups = {{.section = "A", .seats = {{1, 2}, {1000, 1000}}},
                                      {.section = "B", .seats = {{3, 4}}}};
  CommandId command{.high = 0x0123456789abcdef, .low = 0xfedcba9876543210};
  ReservationId id = make_id("concert", WallTime(1'795'000'000'000'000), 0x1122334455667788);
  ReservationId keyed = make_keyed_id("concert", "ann", "key-1");
  Reserve reserve{
      .section = "A", .user = "ann", .count = 2, .split = true, .seats = groups[0].seats};
  ReservationEntry entry{.event = "concert",
                         .section = "A",
                         .user = "ann",
                         .count = 2,
                         .seats = groups[0].seats,
                         .status = Status::kConfirmed,
                         .kind = EntryKind::kWhole,
                         .why = {},
                         .first = {},
                         .body = digest_of(reserve),
                         .offset = Offset(99),
                         .made_at = WallTime(1'795'000'000'000'001),
                         .held_until = WallTime(1'795'000'600'000'001)};
  ReservationEntry rejected = entry;
  rejected.seats.clear();
  rejected.status = Status::kRejected;
  rejected.why = {.reason = Reason::kNoAdjacentSeats, .a = 3, .b = 0};
  rejected.held_until.reset();
  ReservationEntry duplicate = rejected;
  duplicate.kind = EntryKind::kDuplicate;
  duplicate.status = Status::kPending;
  duplicate.why = {};
  duplicate.first = id;
  SectionMap map(2, 70);
  map.set({1, 1}, SeatState::kReserved);
  map.set({1, 70}, SeatState::kSold);
  map.set({2, 65}, SeatState::kBlocked);
  return {
      sample("create_event",
             EventCommand{command, CreateEvent{settings, {{"A", 20, 50}, {"B-2", 1, 1000}}}}),
      sample("add_section", EventCommand{command, AddSection{{"C", 5, 10}}}),
      sample("alter_event",
             EventCommand{command, AlterEvent{.opens_at = std::optional<WallTime>{},
                                              .closes_at = std::optional(WallTime(7)),
                                              .limit_per_user = 2}}),
      sample("block_seats", EventCommand{command, BlockSeats{groups}}),
      sample("release_seats", EventCommand{command, ReleaseSeats{groups}}),
      sample("seat_event", SeatEvent{.command = command,
                                     .command_offset = Offset(7),
                                     .change = EventChange::kCreate,
                                     .outcome = EventOutcome::kDifferent,
                                     .detail = "there is another event of this id",
                                     .settings = settings,
                                     .sections = {{"A", 20, 50}},
                                     .seats = groups}),
      sample(
          "section_status",
          SectionStatus{.section = "A", .available = 990, .reserved = 6, .sold = 3, .blocked = 1}),
      sample("reserve", ReservationCommand{keyed, reserve}),
      sample("pay", ReservationCommand{id, Pay{}}),
      sample("cancel", ReservationCommand{id, Cancel{}}),
      sample("requested", Requested{.id = id, .command_offset = Offset(99), .reserve = reserve}),
      sample("outcome", Outcome{.id = id, .seats = groups[0].seats, .why = {}}),
      sample("outcome_rejected",
             Outcome{.id = id, .seats = {}, .why = {.reason = Reason::kSoldOut, .a = 1}}),
      sample("completed", Completed{.id = id,
                                    .command_offset = Offset(99),
                                    .cause = Cause::kReserve,
                                    .known = true,
                                    .granted = true,
                                    .changed = true,
                                    .reservation = entry}),
      sample("event_entry", EventEntry{.settings = settings,
                                       .sections = 2,
                                       .seats = 2000,
                                       .body = {.low = 1, .high = 2},
                                       .offset = Offset(3),
                                       .made_at = WallTime(4),
                                       .sweep_at = WallTime(5),
                                       .sweep_from = id.key(),
                                       .sweep_leaves = true}),
      sample("section_map", map),
      sample("reservation_entry", entry),
      sample("reservation_rejected", rejected),
      sample("reservation_duplicate", duplicate),
      sample("user_entry",
             UserEntry{.seats = 3,
                       .recent = {{.section = "A", .first = id, .until = WallTime(9)},
                                  {.section = "B", .first = keyed, .until = WallTime(1)}}}),
  };
}

}  // namespace usher::seats::samples

#include "processors/apps/seats/blocking.h"

#include <map>

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::seats {
namespace {

// From one state to the other; a seat that is in the other already stays.
struct Turn {
  EventChange change;
  SeatState from, to;
};

SeatEvent refuse(const Turn& turn, EventOutcome outcome, std::string detail) {
  SeatEvent event;
  event.change = turn.change;
  event.outcome = outcome;
  event.detail = std::move(detail);
  return event;
}

std::string fault_in(const std::vector<SectionSeats>& groups) {
  size_t seats = 0;
  for (const SectionSeats& group : groups) {
    if (!is_name(group.section)) return "a section's name is 1-64 of A-Z a-z 0-9 . _ : -";
    seats += group.seats.size();
  }
  if (seats < 1 || seats > limits::kSeatsPerBlocking)
    return fmt::format("{} seats; 1 to {}", seats, limits::kSeatsPerBlocking);
  return "";
}

SeatEvent turn_seats(Desk& desk, std::string_view event, const Turn& turn,
                     const std::vector<SectionSeats>& groups) {
  if (std::string fault = fault_in(groups); !fault.empty())
    return refuse(turn, EventOutcome::kInvalid, std::move(fault));
  if (!desk.event(event))
    return refuse(turn, EventOutcome::kUnknownEvent, "there is no such event");

  struct Touched {
    SectionMap map;
    std::vector<Seat> turned;
  };
  std::map<std::string, Touched> sections;
  for (const SectionSeats& group : groups) {
    auto at = sections.find(group.section);
    if (at == sections.end()) {
      std::optional<SectionMap> map = desk.section(event, group.section);
      if (!map)
        return refuse(turn, EventOutcome::kUnknownSection,
                      fmt::format("the event has no section {}", group.section));
      at = sections.emplace(group.section, Touched{std::move(*map), {}}).first;
    }
    Touched& touched = at->second;
    for (Seat seat : group.seats) {
      if (!touched.map.has(seat))
        return refuse(turn, EventOutcome::kUnknownSeat,
                      fmt::format("there is no seat {}", seat_name(group.section, seat)));
      SeatState is = touched.map.state(seat);
      if (is == turn.to) continue;
      if (is != turn.from)
        return refuse(turn, EventOutcome::kSeatTaken,
                      fmt::format("{} is {}", seat_name(group.section, seat),
                                  is == SeatState::kSold ? "sold" : "reserved"));
      touched.map.set(seat, turn.to);
      touched.turned.push_back(seat);
    }
  }

  SeatEvent done = refuse(turn, EventOutcome::kUnchanged, "");
  for (auto& [name, touched] : sections) {
    if (touched.turned.empty()) continue;
    desk.put_section(event, name, touched.map);
    done.outcome = EventOutcome::kDone;
    done.seats.push_back({.section = name, .seats = std::move(touched.turned)});
  }
  return done;
}

}  // namespace

SeatEvent block_seats(Desk& desk, std::string_view event, const BlockSeats& block) {
  return turn_seats(desk, event, {EventChange::kBlock, SeatState::kAvailable, SeatState::kBlocked},
                    block.seats);
}

SeatEvent release_seats(Desk& desk, std::string_view event, const ReleaseSeats& release) {
  return turn_seats(desk, event,
                    {EventChange::kRelease, SeatState::kBlocked, SeatState::kAvailable},
                    release.seats);
}

}  // namespace usher::seats

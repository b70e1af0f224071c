// Who holds which seat, by what the log says, in the plainest way: one holder a seat. It knows
// nothing of how seats are chosen; every record is held against the rules that all must obey
// (docs/audit.md), and what breaks one is said.
//
//     seat-events ───────────┐
//     reservation-requests ──┼─→ sections: a holder and a state for each seat ─→ faults
//     reservation-completed ─┘   users: seats held
#pragma once

#include <array>
#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "proto/seats/codec.h"
#include "tools/audit/log/findings.h"

namespace usher::audit {

struct SectionBook {
  uint16_t rows = 0;
  uint16_t seats_per_row = 0;
  // Row after row.
  std::vector<seats::SeatState> states = {};
  std::vector<seats::ReservationId> holders = {};
  std::array<uint32_t, 4> counts{};

  bool has(seats::Seat seat) const {
    return seat.row >= 1 && seat.row <= rows && seat.number >= 1 && seat.number <= seats_per_row;
  }
  size_t index(seats::Seat seat) const {
    return size_t{seat.row - 1U} * seats_per_row + seat.number - 1;
  }
  seats::SeatState state(seats::Seat seat) const { return states[index(seat)]; }
  void set(seats::Seat seat, seats::SeatState state, const seats::ReservationId& holder);
  // '.' available, 'R' reserved, 'S' sold, 'X' blocked.
  std::string row_text(uint16_t row) const;
};

struct Fault {
  Kind kind;
  std::string detail;
};
using OnFault = std::function<void(Fault)>;

class SeatBook {
 public:
  void apply(std::string_view event, const seats::SeatEvent& said, const OnFault& fault);
  // `asked`: what was asked for, of a reservation that is new. `time`: of the command; of an expiry
  // the time of what made it due.
  void apply(std::string_view event, const seats::Completed& said, const seats::Reserve* asked,
             WallTime time, const OnFault& fault);
  void check(std::string_view event, const seats::SectionStatus& said, const OnFault& fault) const;

  using Sections = std::map<std::string, SectionBook, std::less<>>;  // by EVENT/SECTION
  const Sections& sections() const { return sections_; }
  const SectionBook* section(std::string_view event, std::string_view name) const;
  bool knows(std::string_view event) const { return events_.contains(event); }
  // Who holds the seats of a reservation: EVENT/USER; none where it holds none.
  std::optional<std::string_view> user_of(const seats::ReservationId& id) const {
    auto held = held_.find(id);
    if (held == held_.end()) return std::nullopt;
    return held->second.user;
  }

 private:
  struct Held {
    std::string section;  // EVENT/SECTION
    std::string user;     // EVENT/USER
    std::vector<seats::Seat> seats;
    std::optional<WallTime> until;
    bool paid = false;
  };
  struct IdHash {
    size_t operator()(const seats::ReservationId& id) const { return id.low ^ id.high * 31; }
  };

  void confirm(std::string_view event, const seats::Completed& said, const seats::Reserve* asked,
               WallTime time, const OnFault& fault);
  void check_request(const seats::Completed& said, const seats::Reserve& asked,
                     const OnFault& fault) const;
  void check_sale(std::string_view event, const seats::Completed& said, const std::string& user,
                  WallTime time, const OnFault& fault) const;
  void settle(const seats::Completed& said, WallTime time, const OnFault& fault);
  void take_seat(SectionBook& book, seats::Seat seat, const seats::Completed& said,
                 const OnFault& fault);

  std::map<std::string, seats::EventSettings, std::less<>> events_;
  Sections sections_;
  std::unordered_map<seats::ReservationId, Held, IdHash> held_;
  std::unordered_map<std::string, uint32_t> users_;  // EVENT/USER: seats held
};

}  // namespace usher::audit

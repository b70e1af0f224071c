// The rules once more, as naively as the contract reads: strings, scans over everything, allocation
// by the oracle. It shares no code with what it judges but the ids and the plain commands.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/seats/event.h"
#include "proto/seats/reservation.h"

namespace usher::seats {

// What became of a command, in the words of the model.
std::string said(const Completed& completed);
std::string_view said(const SeatEvent& event);

class NaiveModel {
 public:
  // All deadlines up to and including `now` pass, in their order.
  void advance_to(WallTime now);
  // What becomes of it, in words: "CONFIRMED 1-5 1-6", "SOLD_OUT", "DONE", "PAID refused", …
  std::string reserve(const std::string& event, const ReservationId& id, const Reserve& what);
  std::string pay(const std::string& event, const ReservationId& id);
  std::string cancel(const std::string& event, const ReservationId& id);
  std::string change(const std::string& event, const decltype(EventCommand::what)& what);

  // "..RS/…" as Hall shows it.
  std::string seats(const std::string& event, const std::string& section) const;
  size_t reservations() const { return reservations_.size(); }

 private:
  struct Section {
    std::vector<std::string> rows;
  };
  struct Event {
    CreateEvent made;
    EventSettings settings;
    std::map<std::string, Section> sections;
    std::optional<WallTime> sweep;
  };
  struct Booking {
    std::string event, section, user, body;
    std::string status, reason;
    std::vector<Seat> seats;
    WallTime made;
    std::optional<WallTime> deadline, leaves;
    std::optional<ReservationId> first;
    bool keyed = false;
  };
  std::string event_rules(const Event& event, const Booking& booking, const Reserve& what,
                          std::vector<Seat>& seats) const;
  const ReservationId* first_of(const Booking& booking, const Event& event) const;
  uint32_t held_by(const std::string& event, const std::string& user) const;
  std::string settle(const std::string& event, const ReservationId& id, const std::string& wanted);
  void give_back(Booking& booking);
  void mark(const Booking& booking, char state);
  std::string create(const std::string& id, const CreateEvent& create);
  std::string add(const std::string& id, const SectionShape& shape);
  std::string alter(const std::string& id, const AlterEvent& alter);
  std::string turn(const std::string& id, const std::vector<SectionSeats>& groups, char from,
                   char to);
  void pass(WallTime now);
  void sweep(const std::string& id, Event& event);

  WallTime now_;
  std::map<std::string, Event> events_;
  std::map<ReservationId, Booking> reservations_;
  // Seats of paid reservations that have left, by event and user: they count on.
  std::map<std::pair<std::string, std::string>, uint32_t> paid_and_gone_;
};

}  // namespace usher::seats

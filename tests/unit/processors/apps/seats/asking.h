// Short ways to ask a Hall, for tests that read as sentences.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/doctest.h"
#include "tests/unit/processors/apps/seats/hall.h"

namespace usher::seats {

constexpr std::string_view kEvent = "concert";

class Asking : public Hall {
 public:
  using Hall::send;

  EventOutcome event_command(decltype(EventCommand::what) what, std::string_view event = kEvent) {
    return send(event, {.command = {.high = 1, .low = ++command_}, .what = std::move(what)})
        .outcome;
  }
  // An event with one section A.
  void make(uint16_t rows, uint16_t seats_per_row, EventSettings settings = {}) {
    REQUIRE(event_command(CreateEvent{
                .settings = settings,
                .sections = {{.name = "A", .rows = rows, .seats_per_row = seats_per_row}}}) ==
            EventOutcome::kDone);
  }

  ReservationId fresh_id() { return make_id(kEvent, now(), ++random_); }
  Completed reserve(const ReservationId& id, Reserve what, std::string_view event = kEvent) {
    if (what.section.empty()) what.section = "A";
    if (what.user.empty()) what.user = "ann";
    return send(event, {.id = id, .what = std::move(what)});
  }
  // Without a key, of a new user each time.
  Completed reserve(Reserve what) {
    if (what.user.empty()) what.user = "user-" + std::to_string(++users_);
    return reserve(fresh_id(), std::move(what));
  }
  Completed pay(const ReservationId& id) { return send(kEvent, {.id = id, .what = Pay{}}); }
  Completed cancel(const ReservationId& id) { return send(kEvent, {.id = id, .what = Cancel{}}); }

 private:
  uint64_t command_ = 0;
  uint64_t random_ = 0;
  uint64_t users_ = 0;
};

// "CONFIRMED", "SOLD_OUT", …: the reason of a rejected one, the status of any other.
inline std::string in_a_word(const Completed& completed) {
  if (!completed.known) return "UNKNOWN";
  const ReservationEntry& entry = completed.reservation;
  if (entry.why.reason != Reason::kNone) return std::string(name_of(entry.why.reason));
  return std::string(name_of(entry.status));
}

inline Seat seat(uint16_t row, uint16_t number) { return {.row = row, .number = number}; }

}  // namespace usher::seats

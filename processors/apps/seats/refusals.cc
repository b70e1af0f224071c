#include "processors/apps/seats/refusals.h"

#include <algorithm>

#include "proto/base/limits.h"

namespace usher::seats {
namespace {

Why about(Reason reason, Seat seat) { return {.reason = reason, .a = seat.row, .b = seat.number}; }

}  // namespace

uint32_t seats_asked(const Reserve& reserve) {
  return reserve.seats.empty() ? reserve.count : static_cast<uint32_t>(reserve.seats.size());
}

Why fault_of_request(const Reserve& reserve) {
  uint32_t asked = seats_asked(reserve);
  if (asked < 1 || asked > limits::kSeatsPerReservation)
    return {.reason = Reason::kInvalidCount, .a = asked, .b = 0};
  // A count beside named seats may be left out; what contradicts them is no request.
  if (reserve.count != 0 && reserve.count != asked)
    return {.reason = Reason::kInvalidCount, .a = reserve.count, .b = 0};
  std::vector<Seat> seats = reserve.seats;
  std::ranges::sort(seats);
  auto twice = std::ranges::adjacent_find(seats);
  return twice == seats.end() ? Why{} : about(Reason::kDuplicateSeat, *twice);
}

Why fault_of_seats(const Reserve& reserve, const SectionMap& map) {
  auto unknown = std::ranges::find_if(reserve.seats, [&](Seat seat) { return !map.has(seat); });
  return unknown == reserve.seats.end() ? Why{} : about(Reason::kUnknownSeat, *unknown);
}

Why fault_of_window(const EventSettings& settings, WallTime now) {
  if (settings.opens_at && now < *settings.opens_at) return {.reason = Reason::kNotOpen};
  if (settings.closes_at && now >= *settings.closes_at) return {.reason = Reason::kClosed};
  return {};
}

Why fault_of_limit(const EventSettings& settings, uint32_t held, uint32_t more) {
  if (settings.limit_per_user == 0 || uint64_t{held} + more <= settings.limit_per_user) return {};
  return {.reason = Reason::kLimitExceeded, .a = held, .b = settings.limit_per_user};
}

}  // namespace usher::seats

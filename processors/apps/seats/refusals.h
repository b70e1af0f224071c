// Why a request is refused before anybody looks for seats: its own fault, the sale's window, the
// user's limit. Reason::kNone where there is nothing against it.
#pragma once

#include "proto/seats/event.h"
#include "proto/seats/reservation.h"
#include "proto/seats/section_map.h"

namespace usher::seats {

// How many seats a request is for: those it names, or as many as it says.
uint32_t seats_asked(const Reserve& reserve);
// INVALID_COUNT, DUPLICATE_SEAT: what the request alone shows.
Why fault_of_request(const Reserve& reserve);
// UNKNOWN_SEAT
Why fault_of_seats(const Reserve& reserve, const SectionMap& map);
// NOT_OPEN, CLOSED: it is open while opens ≤ now < closes.
Why fault_of_window(const EventSettings& settings, WallTime now);
// LIMIT_EXCEEDED, for a user who has `held` seats and wants `more`.
Why fault_of_limit(const EventSettings& settings, uint32_t held, uint32_t more);

}  // namespace usher::seats

// A request for seats, decided. The rules are asked in this order, and the first that has something
// against it gives the reason:
//
//     known id ─→ INVALID_COUNT, DUPLICATE_SEAT ─→ UNKNOWN_EVENT ─→ a duplicate ─→ UNKNOWN_SECTION,
//     UNKNOWN_SEAT ─→ NOT_OPEN, CLOSED ─→ LIMIT_EXCEEDED ─→ SEAT_TAKEN, SOLD_OUT, NO_ADJACENT_SEATS
#pragma once

#include "processors/apps/seats/desk.h"
#include "processors/apps/seats/repeats.h"

namespace usher::seats {

void reserve(Desk& desk, const Request& request);

}  // namespace usher::seats

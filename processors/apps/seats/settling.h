// What becomes of a confirmed reservation: paid, cancelled, or its deadline passes. Whichever comes
// first in the log wins, and the others find it done.
//
//     CONFIRMED ─→ PAID        seats reserved → sold
//               ─→ CANCELLED   seats reserved → available
//               ─→ EXPIRED     seats reserved → available
#pragma once

#include <string_view>

#include "processors/apps/seats/desk.h"

namespace usher::seats {

void pay(Desk& desk, std::string_view event, const ReservationId& id, Offset offset);
void cancel(Desk& desk, std::string_view event, const ReservationId& id, Offset offset);
// The timer of a hold.
void expire(Desk& desk, const ReservationId& id);

}  // namespace usher::seats

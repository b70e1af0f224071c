// How the store stays small: what is finished leaves it, by timers. The log has it all.
//
//     rejected, without a key          after a day
//     PAID, CANCELLED, EXPIRED         with the event's sweep, 7 days after it closes:
//         without a key                    leaves
//         with a key                       becomes a tombstone, as long as the event
//     duplicates                       with the sweep that finds the first finished or gone
//
// A sweep goes over the slot of the event, a few hundred entries a timer, each a microsecond of log
// time after the last. While something is not finished, another one follows 7 days later.
#pragma once

#include <string_view>

#include "processors/apps/seats/desk.h"

namespace usher::seats {

void leave(Desk& desk, const ReservationId& id);
void sweep(Desk& desk, std::string_view event);

}  // namespace usher::seats

// Seats taken out of the sale, and given back to it: all that a command names, or none of them.
// A seat that is reserved or sold is its holder's: neither blocks nor releases it.
#pragma once

#include <string_view>

#include "processors/apps/seats/desk.h"

namespace usher::seats {

SeatEvent block_seats(Desk& desk, std::string_view event, const BlockSeats& block);
SeatEvent release_seats(Desk& desk, std::string_view event, const ReleaseSeats& release);

}  // namespace usher::seats

// Which seats a reservation gets. Pure, and the same for ever: the contract's order, over bits.
//
//     exactly these            all available, or SEAT_TAKEN for the first that is not
//     best available, n        1. a block that leaves no new orphan, else any block
//                              2. the lowest row   3. nearest to its centre   4. the lowest number
//       with split, if none    the longest run that there is, chosen likewise; then the rest
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "proto/seats/reservation.h"
#include "proto/seats/section_map.h"

namespace usher::seats {

// Seats by row, then number; or why there are none: SOLD_OUT, NO_ADJACENT_SEATS, SEAT_TAKEN.
using Allocation = std::expected<std::vector<Seat>, Why>;

// count is 1 to limits::kSeatsPerReservation.
Allocation best_available(const SectionMap& map, uint32_t count, bool split);
// The seats are in the section and none is named twice.
Allocation exact_seats(const SectionMap& map, std::vector<Seat> seats);

}  // namespace usher::seats

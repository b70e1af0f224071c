// Every seat of a sale, at its end: as the outcomes named them, as the reservations in the state
// hold them, and as the sections' maps have them. All three must agree.
#pragma once

#include "client/cli/sale_report.h"
#include "client/cli/seat_tally.h"
#include "client/cli/seats_session.h"

namespace usher::cli {

// Asks the owners; `events` are the ids, in the order of their numbers. What it found is added to
// the report's double_sold and differing_seats.
Result<void> check_sale(SeatsSession& seats, const SaleShape& shape,
                        const std::vector<std::string>& events, const SeatTally& named,
                        SaleReport& report);

}  // namespace usher::cli

// How sections, seats and times of a sale are written on a command line.
#pragma once

#include <optional>

#include "proto/base/clock.h"
#include "proto/seats/event.h"
#include "proto/service/value_type.h"

namespace usher::cli {

// "A=20x50": 20 rows of 50 seats.
service::ValueType<seats::SectionShape> section_value();
// "A-3-12".
service::ValueType<seats::SeatName> seat_value();
// A TIME, or "none".
service::ValueType<std::optional<WallTime>> sale_time_value(const Clock& clock);

// A duration up to `most`; a bare 0 is one too.
service::ValueType<Duration> duration_or_0_value(Duration most);

}  // namespace usher::cli

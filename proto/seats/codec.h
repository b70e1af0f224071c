// Records and store entries as bytes: packed Cap'n Proto (proto/schema/seats.capnp), which nobody
// above sees. The same value gives the same bytes, because the audit compares them. What cannot be
// read, or is not within the limits, is RECORD_MALFORMED and says why; that the ids in it are names
// is for decide to look at.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.h"
#include "proto/seats/event.h"
#include "proto/seats/reservation.h"
#include "proto/seats/section_map.h"

namespace usher::seats {

std::string encode(const EventCommand& command);
std::string encode(const SeatEvent& event);
std::string encode(const SectionStatus& status);
std::string encode(const EventEntry& entry);
std::string encode(const SectionMap& map);

std::string encode(const ReservationCommand& command);
std::string encode(const Requested& requested);
std::string encode(const Outcome& outcome);
std::string encode(const Completed& completed);
std::string encode(const ReservationEntry& entry);
std::string encode(const UserEntry& entry);

// decode<EventCommand>(bytes) and so on, for each of the above.
template <class Value>
Result<Value> decode(std::string_view bytes);

}  // namespace usher::seats

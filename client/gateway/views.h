// The answers of the API as JSON, made from the values of proto/seats. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/booking/booking.h"
#include "client/gateway/section_cache.h"
#include "proto/base/ids.h"
#include "proto/seats/reservation.h"
#include "proto/seats/section_map.h"

namespace usher::gateway {

// {"reservationId","status":"PENDING"}
std::string pending_json(const seats::ReservationId& id);
// A reservation as it is. `asked` is the id that was asked for: of a duplicate it is not the
// reservation's own, which stands in "duplicateOf".
std::string reservation_json(const seats::ReservationId& asked,
                             const seats::ReservationEntry& entry, PartitionId partition);
// Made once for each state of the event.
const std::string& event_json(std::string_view id, const CachedEvent& event);
// Of one that nothing is known of here yet: {"eventId"}.
std::string bare_event_json(std::string_view id);
// {"events":[…],"next":ID?}: `next` where there may be more.
std::string events_json(const std::vector<std::pair<std::string, const CachedEvent*>>& page,
                        uint32_t limit);
// {"reservations":[…],"asOf":{"partition","offset"},"more"?}: of the view by user, which may lag.
std::string orders_json(const booking::UserOrders& orders);
std::string seats_json(const seats::SectionMap& map, Offset offset);

}  // namespace usher::gateway

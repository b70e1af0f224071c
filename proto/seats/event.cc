#include "proto/seats/event.h"

#include "proto/seats/names.h"
#include "proto/seats/reservation_id.h"

namespace usher::seats {

std::string answer_key(std::string_view event, const CommandId& command) {
  return joined_key(event, ReservationId{.high = command.high, .low = command.low}.key());
}

}  // namespace usher::seats

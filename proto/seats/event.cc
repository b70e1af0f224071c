#include "proto/seats/event.h"

#include <array>

#include "proto/seats/names.h"
#include "proto/seats/reservation_id.h"

namespace usher::seats {
namespace {

constexpr std::array<std::string_view, 8> kOutcomeNames = {
    "DONE",         "UNCHANGED",  "DIFFERENT", "UNKNOWN_EVENT", "UNKNOWN_SECTION",
    "UNKNOWN_SEAT", "SEAT_TAKEN", "INVALID"};

}  // namespace

std::string_view name_of(EventOutcome outcome) {
  return kOutcomeNames[static_cast<size_t>(outcome)];
}

std::string answer_key(std::string_view event, const CommandId& command) {
  return joined_key(event, ReservationId{.high = command.high, .low = command.low}.key());
}

}  // namespace usher::seats

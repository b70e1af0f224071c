// The view by user: an app of its own over the space `orders`, to which a link brings the records
// of reservation-completed under their user. It decides nothing; it keeps the latest of each
// reservation, for a list. It may lag behind the events.
//
//     reservation-completed of events ─→ link, key = user ─→ note_order ─→ store `orders`
#pragma once

#include <string>
#include <string_view>

#include "processors/apps/seats/decide.h"
#include "proto/seats/reservation.h"

namespace usher::seats {

// The key under which the link passes a record on; "" for one that it does not pass on.
std::string orders_key(const Completed& completed);

// `key` is the user. What changed nothing changes nothing here. What is not sold leaves by a timer.
Result<Decision> note_order(const State& state, const Input& input);
Result<Decision> note_order(const State& state, const TimerName& fired);

}  // namespace usher::seats

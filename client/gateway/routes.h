// Which call of the API a request is: method and target in, a typed route out. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "client/gateway/problem.h"
#include "proto/base/time.h"
#include "proto/seats/reservation_id.h"

namespace usher::gateway {

struct CreateEventRoute {};
struct ListEventsRoute {
  std::string after;  // "": from the first
  uint32_t limit = 100;
};
struct ShowEventRoute {
  std::string event;
};
struct AlterEventRoute {
  std::string event;
};
struct AddSectionRoute {
  std::string event;
};
struct SeatsRoute {
  std::string event;
  std::string section;
};
struct ReserveRoute {};
struct ShowReservationRoute {
  seats::ReservationId id;
  Duration wait = {};
};
struct PayRoute {
  seats::ReservationId id;
};
struct CancelRoute {
  seats::ReservationId id;
};
struct UserRoute {
  std::string user;
};
struct OpenapiRoute {};
struct PageRoute {};
struct HealthRoute {
  bool ready = false;
};

using Route = std::variant<CreateEventRoute, ListEventsRoute, ShowEventRoute, AlterEventRoute,
                           AddSectionRoute, SeatsRoute, ReserveRoute, ShowReservationRoute,
                           PayRoute, CancelRoute, UserRoute, OpenapiRoute, PageRoute, HealthRoute>;

// The route's label in metrics: "POST /api/events". No id is in it.
std::string_view label_of(const Route& route);

// 404 for a path that does not exist, 405 with the methods there are, 400 for a name, an id or a
// query that cannot be.
Parsed<Route> route_of(std::string_view method, std::string_view target);

}  // namespace usher::gateway

// The bodies that requests carry: JSON in, the commands of proto/seats out. What a body alone shows
// to be wrong is refused here, with 400 and the field's name; unknown fields are, too. Pure.
#pragma once

#include <string>
#include <string_view>

#include "client/gateway/problem.h"
#include "proto/seats/event.h"
#include "proto/seats/reservation.h"

namespace usher::gateway {

struct CreateEventBody {
  std::string event;
  seats::CreateEvent create;
};
struct ReserveBody {
  std::string event;
  seats::Reserve reserve;
};

Parsed<CreateEventBody> parse_create_event(std::string_view body);
Parsed<seats::AddSection> parse_add_section(std::string_view body);
Parsed<seats::AlterEvent> parse_alter_event(std::string_view body);
// Of a call that has nothing to be told: empty, or an object without fields.
Parsed<void> expect_no_body(std::string_view body);
Parsed<ReserveBody> parse_reserve(std::string_view body);

}  // namespace usher::gateway

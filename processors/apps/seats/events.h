// Events: made, given another section, altered. What is refused changes nothing and says why.
// An event that is made again keeps all it has sold: the same command changes nothing, another is
// DIFFERENT.
#pragma once

#include <optional>
#include <string_view>

#include "processors/apps/seats/desk.h"

namespace usher::seats {

// The answers lack command, offset and settings, which event_commands.h fills in.
// `settings` is set where they are not those that the state has.
SeatEvent create_event(Desk& desk, std::string_view event, CreateEvent create, Offset offset);
SeatEvent add_section(Desk& desk, std::string_view event, const AddSection& add);
SeatEvent alter_event(Desk& desk, std::string_view event, const AlterEvent& alter);

}  // namespace usher::seats

// An event command from end to end: done once however often it is sent, answered each time with
// what became of it the first time, for as long as that is remembered.
#pragma once

#include <string_view>

#include "processors/apps/seats/desk.h"

namespace usher::seats {

void carry_out(Desk& desk, std::string_view event, Offset offset, const EventCommand& command);
// The timer of a remembered answer.
void forget_answer(Desk& desk, std::string_view answer);

}  // namespace usher::seats

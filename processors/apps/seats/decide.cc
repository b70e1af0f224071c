#include "processors/apps/seats/decide.h"

#include <fmt/format.h>

#include "processors/apps/seats/desk.h"
#include "processors/apps/seats/event_commands.h"
#include "processors/apps/seats/leaving.h"
#include "processors/apps/seats/reserving.h"
#include "processors/apps/seats/settling.h"
#include "processors/apps/seats/timers.h"
#include "proto/base/hash.h"
#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher::seats {
namespace {

std::unexpected<Error> invalid(std::string detail) {
  return fail(ErrorCode::INVALID_ARGUMENT, std::move(detail));
}

Result<void> decide_event(Desk& desk, const Input& input) {
  TRY_ASSIGN(EventCommand command, decode<EventCommand>(input.value));
  carry_out(desk, input.key, input.offset, command);
  return {};
}

Result<void> decide_reservation(Desk& desk, const Input& input) {
  TRY_ASSIGN(ReservationCommand command, decode<ReservationCommand>(input.value));
  const ReservationId& id = command.id;
  if (id.slot() != slot_of_key(as_bytes(input.key)))
    return invalid(fmt::format("reservation {} is not one of event {}", id.text(), input.key));
  if (const auto* what = std::get_if<Reserve>(&command.what)) {
    if (!is_name(what->section)) return invalid(fmt::format("section {}", quote(what->section)));
    if (!is_name(what->user)) return invalid(fmt::format("user {}", quote(what->user)));
    reserve(desk, {.event = input.key, .id = id, .offset = input.offset, .what = *what});
  } else if (std::holds_alternative<Pay>(command.what)) {
    pay(desk, input.key, id, input.offset);
  } else {
    cancel(desk, input.key, id, input.offset);
  }
  return {};
}

}  // namespace

Result<Decision> decide(const State& state, const Input& input) {
  if (!is_name(input.key))
    return invalid(fmt::format("event {}", quote(cut_utf8(input.key, limits::kNameLength))));
  Desk desk(state, input.time);
  switch (input.topic) {
    case Topic::kEventCommands:
      TRY(decide_event(desk, input));
      return desk.take();
    case Topic::kReservationCommands:
      TRY(decide_reservation(desk, input));
      return desk.take();
    default:
      return invalid(fmt::format("{} is not a topic of commands", name_of(input.topic)));
  }
}

Result<Decision> decide(const State& state, const TimerName& fired) {
  Desk desk(state, fired.deadline);
  auto kind = static_cast<TimerKind>(fired.number);
  std::optional<ReservationId> id = reservation_id_of_key(fired.key);
  if (kind == TimerKind::kExpire && id)
    expire(desk, *id);
  else if (kind == TimerKind::kLeave && id)
    leave(desk, *id);
  else if (kind == TimerKind::kSweep)
    sweep(desk, fired.key);
  else if (kind == TimerKind::kForget)
    forget_answer(desk, fired.key);
  else
    return invalid(fmt::format("a timer of kind {}", fired.number));
  return desk.take();
}

}  // namespace usher::seats

#include "processors/apps/seats/app/decider.h"

#include "processors/apps/seats/app/decided.h"
#include "processors/apps/seats/decide.h"

namespace usher::seats {

Result<void> Decider::process(const processors::Message& command, processors::Context& context) {
  const processors::Origin& origin = context.origin();
  bool is_reservation = origin.topic == reservation_commands_;
  TRY_ASSIGN(Decision decision,
             decide(*state_, Input{.topic = is_reservation ? Topic::kReservationCommands
                                                           : Topic::kEventCommands,
                                   .offset = origin.offset,
                                   .time = context.time(),
                                   .key = command.key.value_or(""),
                                   .value = command.value.value_or("")}));
  carry_out(decision, *state_, context);
  return {};
}

Result<void> Decider::on_timer(const processors::Timer& timer, processors::Context& context) {
  const processors::TimerName& name = timer.name;
  TRY_ASSIGN(Decision decision, decide(*state_, TimerName{name.deadline, name.key, name.number}));
  carry_out(decision, *state_, context);
  return {};
}

}  // namespace usher::seats

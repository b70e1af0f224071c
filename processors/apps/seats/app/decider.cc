#include "processors/apps/seats/app/decider.h"

#include "processors/apps/seats/app/decided.h"
#include "processors/apps/seats/decide.h"
#include "proto/seats/codec.h"

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
  count(decision, context);
  return {};
}

Result<void> Decider::on_timer(const processors::Timer& timer, processors::Context& context) {
  const processors::TimerName& name = timer.name;
  TRY_ASSIGN(Decision decision, decide(*state_, TimerName{name.deadline, name.key, name.number}));
  carry_out(decision, *state_, context);
  count(decision, context);
  return {};
}

void Decider::count(const Decision& decision, processors::Context& context) const {
  if (!count_) return;
  for (const Record& record : decision.records) {
    if (record.topic != Topic::kReservationCompleted) continue;
    auto completed = decode<Completed>(record.value);
    if (!completed || !completed->changed) continue;
    context.on_commit([count = count_, status = completed->reservation.status,
                       reason = completed->reservation.why.reason] { count(status, reason); });
  }
}

}  // namespace usher::seats

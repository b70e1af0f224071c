#include "processors/apps/seats/app/decider.h"

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
  carry_out(decision, context);
  return {};
}

Result<void> Decider::on_timer(const processors::Timer& timer, processors::Context& context) {
  const processors::TimerName& name = timer.name;
  TRY_ASSIGN(Decision decision, decide(*state_, TimerName{name.deadline, name.key, name.number}));
  carry_out(decision, context);
  return {};
}

void Decider::carry_out(const Decision& decision, processors::Context& context) {
  for (const Change& change : decision.changes) {
    state::Store& store = state_->store(change.store);
    if (change.value)
      store.put(change.key, *change.value);
    else
      store.erase(change.key);
  }
  for (const TimerChange& change : decision.timers) {
    processors::TimerName name{change.name.deadline, change.name.key, change.name.number};
    if (change.set)
      context.schedule(std::move(name));
    else
      context.cancel(std::move(name));
  }
  for (const Record& record : decision.records)
    context.forward_to(name_of(record.topic), {.key = record.key, .value = record.value});
}

}  // namespace usher::seats

// From what was decided to what a processor's context can do: stores, timers, records.
#pragma once

#include "processors/apps/seats/decision.h"
#include "processors/context.h"

namespace usher::seats {

// Stores: has store(Store), a state::Store&.
template <class Stores>
void carry_out(const Decision& decision, Stores& stores, processors::Context& context) {
  for (const Change& change : decision.changes) {
    state::Store& store = stores.store(change.store);
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

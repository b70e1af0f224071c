#include "tests/sim/log/links.h"

#include <algorithm>

namespace usher::sim {

void Links::send(raft::Message message, std::vector<wire::Batch> batches) {
  int copies = random_.chance(faults_.doubled_per_mille, 1'000) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (random_.chance(faults_.lost_per_mille, 1'000)) continue;
    MonotonicTime now = scheduler_.clock().monotonic();
    MonotonicTime arrival = now + draw_delay();
    MonotonicTime& last = last_arrival_[{message.from, message.to}];
    if (!faults_.overtaking) arrival = std::max(arrival, last);
    last = arrival;
    scheduler_.after(arrival - now, [this, message, batches] { deliver(message, batches); });
  }
}

// A link that was cut loses also what was under way.
void Links::deliver(const raft::Message& message, const std::vector<wire::Batch>& batches) {
  if (cut_.contains({message.from, message.to})) return;
  if (auto to = receivers_.find(message.to); to != receivers_.end()) to->second(message, batches);
}

}  // namespace usher::sim

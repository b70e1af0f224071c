#include "tests/sim/log/links.h"

#include <algorithm>

namespace usher::sim {

void Links::send(raft::Message message, std::vector<wire::Batch> batches) {
  raft::ReplicaId from = message.from;
  raft::ReplicaId to = message.to;
  bool counts = !batches.empty();
  carry(from, to, counts,
        [message = std::move(message), batches = std::move(batches)](const Receivers& at) {
          at.message(message, batches);
        });
}

void Links::send_snapshot(partition::SnapshotMessage message) {
  raft::ReplicaId from = message.from;
  raft::ReplicaId to = message.to;
  carry(from, to, false,
        [message = std::move(message)](const Receivers& at) { at.snapshot(message); });
}

void Links::carry(raft::ReplicaId from, raft::ReplicaId to, bool counts,
                  const std::function<void(const Receivers&)>& deliver) {
  int copies = random_.chance(faults_.doubled_per_mille, 1'000) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (random_.chance(faults_.lost_per_mille, 1'000)) continue;
    MonotonicTime now = scheduler_.clock().monotonic();
    MonotonicTime arrival = now + draw_delay();
    MonotonicTime& last = last_arrival_[{from, to}];
    if (!faults_.overtaking) arrival = std::max(arrival, last);
    last = arrival;
    bool counted = counts && i == 0;
    if (counted) ++in_flight_[{from, to}];
    scheduler_.after(arrival - now, [this, from, to, counted, deliver] {
      if (counted) --in_flight_[{from, to}];
      // A link that was cut loses also what was under way.
      if (cut_.contains({from, to})) return;
      if (auto receiver = receivers_.find(to); receiver != receivers_.end())
        deliver(receiver->second);
    });
  }
}

}  // namespace usher::sim

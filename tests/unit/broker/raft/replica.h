// One replica of the test cluster: its node while it runs, the log as it believes it, and its disk.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "broker/raft/node.h"

namespace usher::raft::test {

// An entry with a number that stands for its bytes.
struct Batch {
  Entry entry;
  uint64_t content = 0;
  friend bool operator==(const Batch&, const Batch&) = default;
};
using Log = std::vector<Batch>;

inline Offset end_of(const Log& log) { return log.empty() ? Offset(0) : log.back().entry.end; }

// How many batches lie before the offset, which is a boundary or the log's end at most.
inline size_t batches_before(const Log& log, Offset offset) {
  size_t low = 0;
  size_t high = log.size();
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (log[middle].entry.end <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// The log is kept from offset 0 however far its start moved: it is the checker's truth, not a
// cache.
struct Disk {
  HardState hard_state;
  Log log;
  LogPosition start;
  Membership first;  // in force before what the log says from its start on
  Offset commit;
};

struct Journaled {
  Write write;
  Log batches;         // of write.append
  Log restarted;       // the whole log before write.restart_at
  Membership members;  // as of write.restart_at
  Offset commit;       // noted behind the write, which it may depend on
};

struct Replica {
  ReplicaId id;
  std::unique_ptr<Node> node;  // none: crashed, or gone
  MonotonicTime clock;
  bool is_gone = false;

  Log log;
  std::deque<Journaled> journal;  // handed over, not yet durable
  Disk disk;

  std::vector<Replicate> orders;
  std::vector<SendSnapshot> snapshot_orders;
  std::vector<ReadDone> reads;

  bool runs() const { return node != nullptr; }
  bool leads() const { return runs() && node->standing().role == Role::kLeader; }
};

}  // namespace usher::raft::test

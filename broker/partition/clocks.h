// Which clock to believe. Brokers compare their clocks in heartbeats; the leader's clock gives the
// log its time, so one that stands alone against a majority must not lead, and where nobody can
// tell, the log's time moves as the leader's monotonic clock does. One broken clock neither expires
// the world nor stops it.
//
//     comparison: their wall clock against our monotonic one, at the middle of a round trip
//         │  kept for 5 s, none with a round trip above 100 ms
//         ↓
//     standing: kAgrees   some majority, we among them, lies within 500 ms
//               kAlone    some majority does, and we are further than that from all we heard
//               kUnknown  anything else: too few heard, or too many opinions
//
// One Clocks for each broker, of the same thread; its partitions share it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"

namespace usher::partition {

enum class ClockStanding : uint8_t { kAgrees, kAlone, kUnknown };

// Pure: `ahead` says how far each clock that was heard is ahead of ours; `brokers` counts us too.
ClockStanding standing(size_t brokers, std::vector<std::chrono::microseconds> ahead);

class Clocks {
 public:
  // How many brokers there are, this one included; when this one began to ask them.
  Clocks(size_t brokers, MonotonicTime began) : brokers_(brokers), began_(began) {}

  // A peer said `theirs` between the two times.
  void compare(BrokerId peer, MonotonicTime asked, WallTime theirs, MonotonicTime answered);
  // That a clock of our own jumped shows at once: what is kept is theirs against our monotonic one.
  ClockStanding standing(MonotonicTime now, WallTime ours) const;
  // A log without a time begins with its first leader's, and that stays: he waits until somebody
  // could have contradicted him.
  bool may_begin_a_log(MonotonicTime now, WallTime ours) const;

 private:
  struct Comparison {
    MonotonicTime at;
    WallTime theirs;
  };
  size_t brokers_;
  MonotonicTime began_;
  std::map<BrokerId, Comparison> last_;
};

// The time of the next batch of a log whose last has `last`, seen at `seen_at`.
WallTime next_time(ClockStanding standing, WallTime ours, WallTime last, MonotonicTime seen_at,
                   MonotonicTime now);

}  // namespace usher::partition

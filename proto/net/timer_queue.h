// Callbacks that wait for a time, in the order (deadline, number). The part that the schedulers of
// production and of the simulator have in common; it knows no clock.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>

#include "proto/base/scheduler.h"

namespace usher::net {

class TimerQueue {
 public:
  struct Key {
    MonotonicTime deadline;
    uint64_t number = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  // Numbers are the caller's and rise from call to call.
  void add(Key key, Callback callback);
  // Destroys the callback before it returns; false where there is none of this number.
  bool cancel(uint64_t number);
  // The first in order, if any.
  std::optional<Key> first() const;
  // Takes the first out. There is one.
  Callback take_first();
  bool empty() const { return waiting_.empty(); }

 private:
  std::map<Key, Callback> waiting_;
  std::unordered_map<uint64_t, MonotonicTime> deadlines_;
};

// When `delay` from now is; what is past is now, what is beyond all time is the end of it.
MonotonicTime deadline_after(MonotonicTime now, Duration delay);

}  // namespace usher::net

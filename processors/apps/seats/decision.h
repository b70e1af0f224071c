// What was decided about one input: what changes in the stores, which timers, what is sent on. All
// of it happens, in one step, or nothing. No store's key and no timer stands in it twice; records
// go out in their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/time.h"
#include "proto/seats/names.h"

namespace usher::seats {

struct Change {
  Store store;
  std::string key;
  std::optional<std::string> value;  // none: erased
  friend bool operator==(const Change&, const Change&) = default;
};

// Named by all three; timers fire in this order.
struct TimerName {
  WallTime deadline;
  std::string key;
  uint64_t number = 0;
  friend auto operator<=>(const TimerName&, const TimerName&) = default;
};

struct TimerChange {
  TimerName name;
  bool set = true;  // else cancelled
  friend bool operator==(const TimerChange&, const TimerChange&) = default;
};

struct Record {
  Topic topic;
  std::string key;
  std::string value;
  friend bool operator==(const Record&, const Record&) = default;
};

struct Decision {
  std::vector<Change> changes;
  std::vector<TimerChange> timers;
  std::vector<Record> records;
  friend bool operator==(const Decision&, const Decision&) = default;
};

}  // namespace usher::seats

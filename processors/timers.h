// The timers of a task: a store like any other, with a changelog, ordered by (deadline, key,
// number, processor), so that what is due first stands first. Deadlines are on the log's time.
//
//     deadline (8, big-endian, sign flipped) │ key, 00 as 00 FF │ 00 01 │ number (8) │ processor
#pragma once

#include <optional>

#include "processors/context.h"

namespace usher::processors {

class Timers {
 public:
  struct Due {
    Timer timer;
    std::string processor;
  };

  // None: the app has no timers. The state outlives it.
  Timers(state::TaskState& state, std::optional<TopicId> changelog);

  bool exist() const { return store_.has_value(); }
  void set(const TimerName& name, std::string_view processor, std::string_view value);
  void cancel(const TimerName& name, std::string_view processor);

  // The deadline that comes first, if there is any.
  std::optional<WallTime> next_deadline();
  // Takes the first one out, if its deadline is not after `now`.
  std::optional<Due> take_due(WallTime now);

  // The state was taken back behind its back: what is remembered of it is forgotten.
  void forget();

 private:
  std::optional<state::Store> store_;
  // The first deadline, if it is known; nothing is before `floor_`.
  std::optional<std::optional<WallTime>> first_;
  std::string floor_;
};

std::string encode_timer(const TimerName& name, std::string_view processor);
// Nothing where the bytes are not a timer's name.
std::optional<Timers::Due> decode_timer(std::string_view key);

}  // namespace usher::processors

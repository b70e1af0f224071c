// What a processor works with while it works on one record or timer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "processors/state/store.h"
#include "proto/base/ids.h"
#include "proto/base/scheduler.h"
#include "proto/base/time.h"
#include "proto/wire/record.h"

namespace usher::processors {

// A record on its way through the app. Looks at bytes that live until process() returns.
struct Message {
  std::optional<std::string_view> key = {};
  std::optional<std::string_view> value = {};
  std::span<const wire::Header> headers = {};
};

// A timer is named by its deadline, key and number, of one processor; they fire in this order.
// Setting the same again replaces what it carries.
struct TimerName {
  WallTime deadline = {};
  std::string key = {};
  uint64_t number = 0;
  friend auto operator<=>(const TimerName&, const TimerName&) = default;
};

struct Timer {
  TimerName name;
  std::string value;
};

// The input that led here: a record of the log, also for what is forwarded and for timers, which
// become due by a record.
struct Origin {
  TopicId topic;
  Offset offset;
};

class Chain;

class Context {
 public:
  Context(Chain& chain, size_t node) : chain_(chain), node_(node) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The log's: of the input, or a timer's deadline. Never goes back within a task.
  WallTime time() const;
  const Origin& origin() const;

  // To all that stand behind this processor, or to the one of that name. Processors behind it run
  // inside the call. A failure there is a failure of the record, whatever this processor returns.
  void forward(const Message& message);
  void forward_to(std::string_view name, const Message& message);

  // One of the stores that the topology gives to this processor; it may be kept.
  state::Store store(std::string_view name) const;

  // A deadline before time() is moved to it: what is past has passed.
  void schedule(TimerName name, std::string_view value = "");
  void cancel(TimerName name);

  // Runs once the step is committed; never, if it is dropped. For what leaves the process.
  void on_commit(Callback effect);

 private:
  Chain& chain_;
  size_t node_;
};

}  // namespace usher::processors

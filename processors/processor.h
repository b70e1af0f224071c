// What an app is made of. A Processor is handed one record after the other, in the order of the
// log, by one thread, and works with what its Context gives it: stores, forward, timers, the log's
// time. It asks nobody else for anything: the same records in the same order must give the same
// changes, outputs and timers for ever, whatever the machine, the hour or the grouping into steps.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "processors/context.h"
#include "proto/base/result.h"

namespace usher::processors {

class Processor {
 public:
  virtual ~Processor() = default;
  // Once, before the first record: the place to fetch stores from the context.
  virtual void init(Context&) {}
  // An error, or an exception, undoes all that this record has done and sends it to the app's dead
  // letters; the partition goes on.
  virtual Result<void> process(const Message& message, Context& context) = 0;
  // A timer of this processor is due; context.time() is its deadline.
  virtual Result<void> on_timer(const Timer&, Context&) { return {}; }
  // Once, at the end, if the end is orderly. Nothing may be forwarded any more.
  virtual void close() {}
};

using MakeProcessor = std::function<std::unique_ptr<Processor>()>;

}  // namespace usher::processors

// The one processor of the seats app: hands records and timers to decide, and does what it says.
// No rule is here.
#pragma once

#include <optional>

#include "processors/apps/seats/app/app.h"
#include "processors/apps/seats/app/task_state.h"
#include "processors/apps/seats/decision.h"
#include "processors/processor.h"

namespace usher::seats {

class Decider final : public processors::Processor {
 public:
  Decider(TopicId reservation_commands, CountOutcome count)
      : reservation_commands_(reservation_commands), count_(std::move(count)) {}

  void init(processors::Context& context) override { state_.emplace(context); }
  Result<void> process(const processors::Message& command, processors::Context& context) override;
  Result<void> on_timer(const processors::Timer& timer, processors::Context& context) override;

 private:
  void count(const Decision& decision, processors::Context& context) const;

  TopicId reservation_commands_;
  CountOutcome count_;
  std::optional<TaskState> state_;
};

}  // namespace usher::seats

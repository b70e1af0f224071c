// The one processor of the seats app: hands records and timers to decide, and does what it says.
// No rule is here.
#pragma once

#include <optional>

#include "processors/apps/seats/app/task_state.h"
#include "processors/apps/seats/decision.h"
#include "processors/processor.h"

namespace usher::seats {

class Decider final : public processors::Processor {
 public:
  explicit Decider(TopicId reservation_commands) : reservation_commands_(reservation_commands) {}

  void init(processors::Context& context) override { state_.emplace(context); }
  Result<void> process(const processors::Message& command, processors::Context& context) override;
  Result<void> on_timer(const processors::Timer& timer, processors::Context& context) override;

 private:
  TopicId reservation_commands_;
  std::optional<TaskState> state_;
};

}  // namespace usher::seats

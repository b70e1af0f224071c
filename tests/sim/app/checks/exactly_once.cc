#include <fmt/format.h>

#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {

std::string check_exactly_once(const CommittedLog& log, const Answers& answers) {
  Offset position;
  StepNumber next;
  std::vector<std::pair<Offset, std::string>> inputs;  // not consumed yet
  size_t consumed = 0;
  for (const wire::Batch& batch : log) {
    const wire::StepGuard* step = step_of(batch);
    std::vector<std::string> outputs;
    for (const ReadRecord& record : records_of(batch)) {
      if (answers.inputs.contains(record.topic)) inputs.emplace_back(record.offset, record.value);
      if (record.topic == answers.outputs) outputs.push_back(record.key);
      if (record.topic == answers.dead_letters && !record.erases) outputs.push_back(record.value);
    }
    if (!step) continue;
    if (step->number != next || step->from != position ||
        step->to > batch.header().place().base_offset)
      return fmt::format("exactly once: step {} takes [{}, {}) where step {} from {} was due",
                         step->number.value(), step->from.value(), step->to.value(), next.value(),
                         position.value());
    next = next.next();
    position = step->to;
    std::vector<std::string> expected;
    for (; consumed < inputs.size() && inputs[consumed].first < position; ++consumed)
      expected.push_back(inputs[consumed].second);
    if (outputs != expected)
      return fmt::format("exactly once: step {} takes {} inputs and answers {}",
                         step->number.value(), expected.size(), outputs.size());
  }
  if (consumed < inputs.size())
    return fmt::format("exactly once: the input at offset {} is left over, the position is {}",
                       inputs[consumed].first.value(), position.value());
  return "";
}

}  // namespace usher::sim

#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {

std::string read_is_there(const Log& log, const History& history) {
  std::map<Offset, std::string> values;
  for (const wire::Batch& batch : log)
    for (ReadRecord& record : records_of(batch)) values[record.offset] = std::move(record.value);
  for (const auto& [offset, value] : history.read) {
    auto there = values.find(offset);
    if (there == values.end())
      return fmt::format("lost write: {} was read at offset {}", value, offset.value());
    if (there->second != value)
      return fmt::format("inconsistent offset: {} was read at offset {}, where {} stands", value,
                         offset.value(), there->second);
  }
  return {};
}

}  // namespace usher::sim

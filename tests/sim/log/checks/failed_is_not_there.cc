#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {

std::string failed_is_not_there(const Log& log, const History& history) {
  for (const wire::Batch& batch : log)
    for (const ReadRecord& record : records_of(batch))
      if (history.failed.contains(record.value))
        return fmt::format("aborted read: {} failed, and stands at offset {}", record.value,
                           record.offset.value());
  return {};
}

}  // namespace usher::sim

#include <algorithm>

#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {

std::string acknowledged_is_there(const Log& log, const History& history) {
  std::map<Offset, const wire::Batch*> by_base;
  for (const wire::Batch& batch : log) by_base[batch.header().place().base_offset] = &batch;
  for (const auto& [value, receipt] : history.acknowledged) {
    auto batch = by_base.find(receipt.base);
    if (batch == by_base.end() || partition::receipt_of(batch->second->header()) != receipt)
      return fmt::format("lost write: {} was acknowledged at offset {}", value,
                         receipt.base.value());
    auto records = records_of(*batch->second);
    if (std::ranges::find(records, value, &ReadRecord::value) == records.end())
      return fmt::format("receipts: {} was acknowledged at offset {}, where {} stands", value,
                         receipt.base.value(), records.back().value);
  }
  return {};
}

}  // namespace usher::sim

#include <fmt/format.h>

#include "tests/sim/cluster/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::clusters {
namespace {

struct Standing {
  const wire::BatchHeader* batch;
  sim::ReadRecord record;
};

std::string compare(const Acknowledged& told, const Standing& standing) {
  const client::Receipt& receipt = told.receipt;
  const wire::Place& place = standing.batch->place();
  if (standing.record.value != told.value)
    return fmt::format("{} stands there", standing.record.value);
  if (standing.record.topic != told.topic || standing.record.seq != receipt.seq)
    return fmt::format("as seq {} of topic {}", standing.record.seq.value(),
                       standing.record.topic.value());
  if (place.term != receipt.term || place.time != receipt.time) return "in another term or time";
  if (standing.batch->chain() != receipt.chain) return "under another chain";
  return {};
}

}  // namespace

std::string receipts_hold(const sim::Log& log, const History& history) {
  std::map<Offset, Standing> standing;
  for (const wire::Batch& batch : log)
    for (sim::ReadRecord& record : sim::records_of(batch)) {
      Offset offset = record.offset;
      standing.emplace(offset, Standing{&batch.header(), std::move(record)});
    }
  for (const Acknowledged& told : history.acknowledged) {
    uint64_t offset = told.receipt.offset.value();
    auto found = standing.find(told.receipt.offset);
    if (found == standing.end())
      return fmt::format("lost write: {} was acknowledged at offset {}", told.value, offset);
    if (std::string wrong = compare(told, found->second); !wrong.empty())
      return fmt::format("receipts: {} was acknowledged at offset {}: {}", told.value, offset,
                         wrong);
  }
  return {};
}

}  // namespace usher::clusters

#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {

std::string link_is_exactly_once(const Log& source, const Log& destination, bool at_rest) {
  std::vector<std::string> sent;
  for (const wire::Batch& batch : source)
    for (const ReadRecord& record : records_of(batch))
      if (record.topic == kInputs)
        sent.push_back(fmt::format("{} {}", record.seq.value(), record.value));
  size_t arrived = 0;
  for (const wire::Batch& batch : destination)
    for (const ReadRecord& record : records_of(batch)) {
      if (record.topic != kLinked) continue;
      if (arrived >= sent.size() || record.value != sent[arrived])
        return fmt::format("links: {} stands at offset {} of the destination, in place of {}",
                           record.value, record.offset.value(),
                           arrived < sent.size() ? sent[arrived] : "nothing");
      ++arrived;
    }
  if (at_rest && arrived < sent.size())
    return fmt::format("links: {} never arrived", sent[arrived]);
  return {};
}

}  // namespace usher::sim

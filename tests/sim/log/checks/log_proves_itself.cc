#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"

namespace usher::sim {

std::string log_proves_itself(const Log& log) {
  wire::Chain chain;
  Offset end;
  WallTime time;
  std::map<TopicId, Seq> next;
  for (const wire::Batch& batch : log) {
    const wire::BatchHeader& header = batch.header();
    uint64_t at = header.place().base_offset.value();
    if (header.place().base_offset != end) return fmt::format("skip: a hole before offset {}", at);
    if (header.chain() != header.chain_after(chain)) return fmt::format("chain at offset {}", at);
    if (header.place().time < time) return fmt::format("time goes back at offset {}", at);
    if (auto whole = batch.check_whole(); !whole) return whole.error().text();
    for (size_t i = 0; i < header.topics().size(); ++i) {
      const wire::TopicEntry& entry = header.topics()[i];
      if (header.base_seq(i) != next[entry.topic])
        return fmt::format("skip: seq of topic {} at offset {}", entry.topic.value(), at);
      next[entry.topic] = header.base_seq(i) + entry.records;
    }
    chain = header.chain();
    end = header.end_offset();
    time = header.place().time;
  }
  return {};
}

}  // namespace usher::sim

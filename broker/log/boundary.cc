#include "broker/log/boundary.h"

#include <fmt/format.h>

namespace usher::log {

void Boundary::pass(const wire::BatchHeader& header) {
  offset = header.end_offset();
  time = header.place().time;
  chain = header.chain();
  for (size_t i = 0; i < header.topics().size(); ++i) {
    const wire::TopicEntry& entry = header.topics()[i];
    next_seqs[entry.topic] = header.base_seq(i) + entry.records;
  }
}

Result<void> check_continues(const wire::BatchHeader& header, Key key, Offset offset,
                             const wire::Chain& chain) {
  auto wrong = [](std::string why) { return fail(ErrorCode::SEGMENT_CORRUPT, std::move(why)); };
  if (!header.sealed()) return wrong("a batch without a place");
  const wire::Place& place = header.place();
  if (place.space != key.space || place.partition != key.partition)
    return wrong("a batch of another partition");
  if (place.base_offset != offset)
    return wrong(fmt::format("a batch of offset {} where {} has to stand",
                             place.base_offset.value(), offset.value()));
  if (header.chain() != header.chain_after(chain)) return wrong("a batch that breaks the chain");
  return {};
}

}  // namespace usher::log

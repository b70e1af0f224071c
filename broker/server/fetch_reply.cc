#include "broker/server/fetch_reply.h"

#include <algorithm>
#include <bit>

namespace usher::server {
namespace {

bool is_wanted(const wire::FetchPartition& asked, TopicId topic) {
  return asked.whole || asked.topics.empty() ||
         std::ranges::find(asked.topics, topic) != asked.topics.end();
}

wire::FetchedBatch add_batch(FetchGathered& into, const wire::FetchPartition& asked,
                             const wire::Batch& batch) {
  const auto& topics = batch.header().topics();
  wire::FetchedBatch fetched;
  into.payload.push_back(batch.header().bytes());
  into.bytes += batch.header().bytes().size();
  for (size_t i = 0; i < topics.size(); ++i)
    if (is_wanted(asked, topics[i].topic)) fetched.sections |= uint64_t{1} << i;
  bool whole = static_cast<size_t>(std::popcount(fetched.sections)) == topics.size();
  for (size_t i = 0; i < topics.size() && !whole; ++i) {
    if ((fetched.sections >> i & 1) == 0 || topics[i].stored_bytes == 0) continue;
    into.payload.push_back(batch.stored_section(i));
    into.bytes += topics[i].stored_bytes;
  }
  if (whole && !batch.body().empty()) {
    into.payload.push_back(batch.body());
    into.bytes += batch.body().size();
  }
  return fetched;
}

}  // namespace

void gather(FetchGathered& into, const wire::FetchPartition& asked,
            const partition::FetchAnswer& answer, Offset start, size_t bytes_max) {
  wire::FetchedPartition fetched{.space = asked.space,
                                 .partition = asked.partition,
                                 .error = {},
                                 .batches = {},
                                 .scanned = answer.scanned,
                                 .scanned_term = answer.scanned_term,
                                 .start = start,
                                 .commit = answer.commit};
  // A fetch that waited goes on from what it passed over: the reader asked from before that, and is
  // told the term there, which the log has just been found to hold.
  if (!fetched.scanned_term && fetched.scanned == asked.from)
    fetched.scanned_term = asked.continues;
  const wire::Batch* last = nullptr;
  for (const wire::Batch& batch : answer.batches) {
    if (!into.has_room(bytes_max) && !into.payload.empty()) {
      fetched.scanned = last ? last->header().end_offset() : asked.from;
      fetched.scanned_term.reset();
      if (last) fetched.scanned_term = last->header().place().term;
      break;
    }
    fetched.batches.push_back(add_batch(into, asked, batch));
    last = &batch;
  }
  into.reply.partitions.push_back(std::move(fetched));
}

}  // namespace usher::server

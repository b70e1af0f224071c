#include "broker/partition/tail.h"

#include "proto/base/check.h"

namespace usher::partition {

const wire::Chain& Tail::chain_before(Offset offset) const {
  if (offset == start_) return start_chain_;
  auto behind = batches_.lower_bound(offset);
  CHECK(behind != batches_.begin());
  const wire::BatchHeader& header = std::prev(behind)->second.header();
  CHECK(header.end_offset() == offset, "a batch's boundary");
  return header.chain();
}

void Tail::append(wire::Batch batch) {
  Offset base = batch.header().place().base_offset;
  CHECK(base == end(), "the log has no holes");
  bytes_ += batch.header().batch_bytes();
  batches_.emplace_hint(batches_.end(), base, std::move(batch));
}

void Tail::truncate(Offset end) {
  CHECK(end >= start_);
  while (!batches_.empty() && batches_.rbegin()->first >= end) {
    bytes_ -= batches_.rbegin()->second.header().batch_bytes();
    batches_.erase(std::prev(batches_.end()));
  }
  CHECK(this->end() == end, "a batch's boundary");
}

const wire::Batch* Tail::find(Offset offset) const {
  auto behind = batches_.upper_bound(offset);
  if (behind == batches_.begin()) return nullptr;
  const wire::Batch& batch = std::prev(behind)->second;
  return offset < batch.header().end_offset() ? &batch : nullptr;
}

std::vector<wire::Batch> Tail::read(Offset from, Offset limit, uint64_t bytes_max) const {
  std::vector<wire::Batch> read;
  uint64_t bytes = 0;
  for (auto at = batches_.lower_bound(from); at != batches_.end(); ++at) {
    const wire::BatchHeader& header = at->second.header();
    if (header.end_offset() > limit) break;
    bytes += header.batch_bytes();
    if (!read.empty() && bytes > bytes_max) break;
    read.push_back(at->second);
  }
  return read;
}

}  // namespace usher::partition

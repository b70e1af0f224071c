#include "broker/server/reading.h"

namespace usher::server {

void read(partition::Partition& partition, partition::FetchRequest request, FetchDone done) {
  partition.fetch(std::move(request), std::move(done));
}

void offset_at(partition::Partition& partition, WallTime time, io::Done<Offset> done) {
  partition.offset_at(time, std::move(done));
}

Offset log_start(const partition::Partition& partition) { return partition.log_start(); }

uint64_t log_bytes(const partition::Partition& partition) {
  return partition.segments() ? partition.segments()->bytes() : partition.tail().bytes();
}

std::vector<Seq> base_seqs(const partition::Partition& partition, Offset base) {
  std::vector<Seq> seqs;
  const wire::Batch* batch = partition.tail().find(base);
  if (!batch) return seqs;
  for (size_t i = 0; i < batch->header().topics().size(); ++i)
    seqs.push_back(batch->header().base_seq(i));
  return seqs;
}

}  // namespace usher::server

#include "broker/server/reading.h"

namespace usher::server {

void read(partition::Partition& partition, partition::FetchRequest request, FetchDone done) {
  done(partition.fetch(request));
}

void offset_at(partition::Partition& partition, WallTime time, io::Done<Offset> done) {
  Offset at = log_start(partition);
  while (const wire::Batch* batch = partition.tail().find(at)) {
    if (at >= partition.node().commit() || batch->header().place().time >= time) break;
    at = batch->header().end_offset();
  }
  done(std::min(at, partition.node().commit()));
}

Offset log_start(const partition::Partition& partition) { return partition.tail().start(); }

std::vector<Seq> base_seqs(const partition::Partition& partition, Offset base) {
  std::vector<Seq> seqs;
  const wire::Batch* batch = partition.tail().find(base);
  if (!batch) return seqs;
  for (size_t i = 0; i < batch->header().topics().size(); ++i)
    seqs.push_back(batch->header().base_seq(i));
  return seqs;
}

}  // namespace usher::server

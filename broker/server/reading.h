// Reading a partition, as the broker does it: asynchronous, whether what is asked for is in memory
// or not. The answer may come inside the call.
#pragma once

#include "broker/partition/partition.h"

namespace usher::server {

using FetchDone = io::Done<partition::FetchAnswer>;

void read(partition::Partition& partition, partition::FetchRequest request, FetchDone done);
// The first committed offset whose time is not before `time`; the commit, if there is none.
void offset_at(partition::Partition& partition, WallTime time, io::Done<Offset> done);
Offset log_start(const partition::Partition& partition);
// By topic of the batch that begins at `base`; none where it is not in memory any more.
std::vector<Seq> base_seqs(const partition::Partition& partition, Offset base);

}  // namespace usher::server

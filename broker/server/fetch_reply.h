// What a fetch sends of a partition's batches: each header, and behind it the sections of the
// topics asked for, byte for byte as stored. Pure.
#pragma once

#include "broker/partition/partition.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::server {

struct FetchGathered {
  wire::FetchReply reply = {};
  std::vector<Buffer> payload = {};
  size_t bytes = 0;

  bool has_room(size_t bytes_max) const {
    return bytes < bytes_max && payload.size() < limits::kPayloadPieces - 2 * limits::kBatchTopics;
  }
};

// Adds the answer for one partition. What does not fit any more is left for the next fetch:
// `scanned` ends before it.
void gather(FetchGathered& into, const wire::FetchPartition& asked,
            const partition::FetchAnswer& answer, Offset start, size_t bytes_max);

}  // namespace usher::server

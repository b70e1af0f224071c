// An index as a file beside its segment: read if it is there and right, written without promise.
#pragma once

#include <string>

#include "broker/io/disk.h"
#include "broker/log/index.h"

namespace usher::log {

// The index of `key` in the file, of at most `bytes_max`. SEGMENT_CORRUPT, IO_FAILED: there is none
// to be used.
void load_index(io::Disk& disk, Key key, std::string path, uint64_t bytes_max,
                io::Done<Index> done);
// Replaces what is there; its name is safe after sync_directory. A crash may leave any part of it.
void store_index(io::Disk& disk, std::string path, Buffer encoded, io::Done<void> done);
// The least that holds every index of such a segment.
uint64_t index_bytes_max(const SegmentSummary& summary);

}  // namespace usher::log

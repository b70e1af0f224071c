// What differs from seed to seed besides the faults: how many brokers, how large messages and
// journal files are, how often something breaks. Small sizes make rare paths common.
#pragma once

#include <cstdint>

#include "broker/io/disk.h"
#include "broker/raft/node.h"
#include "proto/base/limits.h"
#include "proto/base/random.h"
#include "proto/base/time.h"

namespace usher::sim {

struct Temper {
  size_t brokers = 3;
  raft::Options raft;
  uint64_t journal_file_bytes = 0;
  size_t journal_files = 0;
  // Small, so that many segments are sealed, and most of the log is read from disk.
  uint64_t segment_bytes = 32 * limits::kKiB;
  uint64_t tail_bytes = 16 * limits::kKiB;
  Duration segment_write_after = limits::kSegmentWriteAfter;
  // Between two faults.
  Duration calm_min;
  Duration calm_max;
  // A producer's value is at least so long: of a group with one the disk writes no part as a whole.
  size_t value_bytes = 0;
  // How long a client waits for an answer before it asks again.
  Duration patience;
};

Temper draw_temper(Random random);

}  // namespace usher::sim

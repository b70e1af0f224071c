// What differs from seed to seed besides the faults: how many brokers and programs there are, how
// patient they are, how large files and batches get.
#pragma once

#include <cstddef>
#include <cstdint>

#include "proto/base/random.h"
#include "proto/base/time.h"

namespace usher::clusters {

struct Temper {
  size_t brokers = 3;
  size_t members = 3;
  uint32_t app_partitions = 4;
  uint64_t segment_bytes = 0;
  uint64_t journal_file_bytes = 0;
  // One broker is not there at the beginning: the cluster is founded when it comes.
  Duration late = {};
  // Between two faults, between two changes of one admin, between two records of one writer.
  Duration calm_max = {};
  Duration change_max = {};
  Duration send_max = {};
  // From the sending of a record to its outcome.
  Duration patience = {};
  size_t value_bytes = 0;
};

Temper draw_temper(Random random);

}  // namespace usher::clusters

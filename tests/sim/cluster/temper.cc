#include "tests/sim/cluster/temper.h"

#include "proto/base/limits.h"

namespace usher::clusters {

Temper draw_temper(Random random) {
  Temper temper;
  temper.brokers = random.chance(1, 6) ? 5 : 3;
  temper.members = random.between(2, 4);
  temper.app_partitions = static_cast<uint32_t>(random.between(2, 5));
  temper.segment_bytes = random.between(16, 128) * limits::kKiB;
  // One that is empty is read at every start: no larger than it must be.
  temper.journal_file_bytes = limits::kMiB + limits::kJournalGroupBytes;
  if (random.chance(1, 5)) temper.late = random.between(1s, 6s);
  temper.calm_max = random.between(500ms, 3s);
  temper.change_max = random.between(200ms, 2s);
  temper.send_max = random.between(20ms, 200ms);
  temper.patience = random.between(500ms, 8s);
  temper.value_bytes = random.chance(1, 4) ? random.between(100, 2'000) : 0;
  return temper;
}

}  // namespace usher::clusters

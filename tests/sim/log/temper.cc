#include "tests/sim/log/temper.h"

#include <array>

namespace usher::sim {
namespace {

// Few groups a file, and hardly a file more than is needed: files are used again as soon as they
// may be, and often the last one is taken.
void tighten_journal(Temper& temper, Random& random) {
  constexpr std::array<uint64_t, 3> kGroups{4, 8, 16};
  constexpr std::array<Duration, 3> kWriteAfter{20ms, 100ms, 500ms};
  temper.journal_file_bytes =
      limits::kJournalReserveBytes + io::kSector * kGroups[random.below(kGroups.size())];
  temper.journal_files = random.between(2, 3);
  // What comes in one message is one write to the journal, and counts when all of it is there: it
  // must not be more than a file takes.
  temper.raft.replicate_bytes_max = random.chance(1, 2) ? 1 : 1'000;
  temper.value_bytes = 400;
  temper.segment_write_after = kWriteAfter[random.below(kWriteAfter.size())];
}

}  // namespace

Temper draw_temper(Random random) {
  Temper temper;
  temper.brokers = random.chance(1, 5) ? 5 : 3;
  // One batch a message, and one message at a time, is where Raft's commit rule matters.
  constexpr std::array<uint64_t, 4> kMessageBytes{1, 1'000, 20'000, limits::kReplicateBytes};
  temper.raft.replicate_bytes_max = kMessageBytes[random.below(kMessageBytes.size())];
  constexpr std::array<size_t, 3> kMessagesInFlight{1, 16, limits::kReplicateMessagesInFlight};
  temper.raft.window.messages_max = kMessagesInFlight[random.below(kMessagesInFlight.size())];
  constexpr std::array<uint64_t, 3> kFileBytes{limits::kMiB / 2, limits::kMiB, 2 * limits::kMiB};
  temper.journal_file_bytes = kFileBytes[random.below(kFileBytes.size())];
  temper.journal_files = random.between(4, 6);
  constexpr std::array<Duration, 3> kCalmMax{400ms, 1s, 3s};
  temper.calm_max = kCalmMax[random.below(kCalmMax.size())];
  temper.calm_min = temper.calm_max / 10;
  constexpr std::array<Duration, 4> kPatience{40ms, 150ms, 400ms, 700ms};
  temper.patience = kPatience[random.below(kPatience.size())];
  if (random.chance(1, 3)) tighten_journal(temper, random);
  return temper;
}

}  // namespace usher::sim

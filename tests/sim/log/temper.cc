#include "tests/sim/log/temper.h"

#include <array>

namespace usher::sim {

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
  constexpr std::array<Duration, 3> kCalm{400ms, 1s, 3s};
  temper.calm_max = kCalm[random.below(kCalm.size())];
  temper.calm_min = temper.calm_max / 10;
  constexpr std::array<Duration, 4> kPatience{40ms, 150ms, 400ms, 700ms};
  temper.patience = kPatience[random.below(kPatience.size())];
  return temper;
}

}  // namespace usher::sim

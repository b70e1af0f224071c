#include "broker/raft/quorum.h"

namespace usher::raft {

VoteOutcome outcome(const VoteCount& count) {
  CHECK(count.granted + count.refused <= count.voters);
  size_t needed = count.voters / 2 + 1;
  if (count.granted >= needed) return VoteOutcome::kWon;
  return count.voters - count.refused < needed ? VoteOutcome::kLost : VoteOutcome::kOpen;
}

}  // namespace usher::raft

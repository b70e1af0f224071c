#include "broker/raft/quorum.h"

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher::raft {
namespace {

TEST_CASE("a majority has reached what more than half of the voters have") {
  struct Row {
    std::vector<int> reached;
    int majority;
  };
  for (const Row& row :
       {Row{{7}, 7}, Row{{7, 9}, 7}, Row{{0, 9}, 0}, Row{{7, 9, 8}, 8}, Row{{0, 0, 9}, 0},
        Row{{0, 9, 9}, 9}, Row{{1, 2, 3, 4}, 2}, Row{{4, 4, 4, 1}, 4}, Row{{5, 1, 4, 2, 3}, 3},
        Row{{9, 9, 0, 0, 0}, 0}, Row{{9, 9, 9, 0, 0}, 9}, Row{{5, 5, 5, 5, 5}, 5}})
    EXPECT(majority_reached(row.reached) == row.majority);
}

TEST_CASE("the majority's value is the largest that more than half have, by counting") {
  Random random(1);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<uint64_t> reached(random.between(1, 9));
    for (uint64_t& value : reached) value = random.below(6);
    uint64_t counted = 0;
    for (uint64_t value = 0; value < 6; ++value) {
      auto have = std::ranges::count_if(reached, [&](uint64_t one) { return one >= value; });
      if (static_cast<size_t>(have) > reached.size() / 2) counted = value;
    }
    REQUIRE(majority_reached(reached) == counted);
  }
}

TEST_CASE("a vote is won by more than half and lost once that cannot come any more") {
  struct Row {
    VoteCount count;
    VoteOutcome outcome;
  };
  for (const Row& row : {Row{{1, 0, 0}, VoteOutcome::kOpen}, Row{{1, 1, 0}, VoteOutcome::kWon},
                         Row{{1, 0, 1}, VoteOutcome::kLost}, Row{{2, 1, 0}, VoteOutcome::kOpen},
                         Row{{2, 2, 0}, VoteOutcome::kWon}, Row{{2, 1, 1}, VoteOutcome::kLost},
                         Row{{3, 1, 1}, VoteOutcome::kOpen}, Row{{3, 2, 0}, VoteOutcome::kWon},
                         Row{{3, 1, 2}, VoteOutcome::kLost}, Row{{4, 2, 1}, VoteOutcome::kOpen},
                         Row{{4, 2, 2}, VoteOutcome::kLost}, Row{{4, 3, 1}, VoteOutcome::kWon},
                         Row{{5, 2, 2}, VoteOutcome::kOpen}, Row{{5, 3, 0}, VoteOutcome::kWon},
                         Row{{5, 2, 3}, VoteOutcome::kLost}, Row{{0, 0, 0}, VoteOutcome::kLost}})
    EXPECT(outcome(row.count) == row.outcome);
}

}  // namespace
}  // namespace usher::raft

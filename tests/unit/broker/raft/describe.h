// Messages, actions and states as one line of text each, for traces and golden scripts. A position
// is end@term.
#pragma once

#include <string>

#include "tests/unit/broker/raft/replica.h"

namespace usher::raft::test {

std::string describe(LogPosition position);
std::string describe(const Message& message);
std::string describe(const Write& write);
std::string describe(const Standing& standing);
std::string describe(const ReadDone& done);
std::string describe(const Membership& membership);
// "1:0-3 2:3-5": terms with the offsets that they took.
std::string describe(const TermHistory& terms);
// Several lines for a leader: one more for each follower.
std::string describe(const Replica& replica);

}  // namespace usher::raft::test

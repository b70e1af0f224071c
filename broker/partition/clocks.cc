#include "broker/partition/clocks.h"

#include <algorithm>

#include "proto/base/limits.h"
#include "proto/base/planted.h"

namespace usher::partition {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

}  // namespace

ClockStanding standing(size_t brokers, std::vector<microseconds> ahead) {
  microseconds apart = duration_cast<microseconds>(limits::kClocksApart);
  bool near_one = std::ranges::any_of(
      ahead, [&](microseconds other) { return std::chrono::abs(other) <= apart; });
  ahead.push_back(microseconds(0));  // ours
  std::ranges::sort(ahead);
  size_t majority = brokers / 2 + 1;
  bool any = false;
  for (size_t first = 0; first + majority <= ahead.size(); ++first) {
    microseconds low = ahead[first];
    microseconds high = ahead[first + majority - 1];
    if (high - low > apart) continue;
    any = true;
    // The narrowest majority from `low` on may be widened to hold ours too.
    if (low <= microseconds(0) && microseconds(0) <= low + apart) return ClockStanding::kAgrees;
    if (high >= microseconds(0) && microseconds(0) >= high - apart) return ClockStanding::kAgrees;
  }
  return any && !near_one ? ClockStanding::kAlone : ClockStanding::kUnknown;
}

void Clocks::compare(BrokerId peer, MonotonicTime asked, WallTime theirs, MonotonicTime answered) {
  Duration round_trip = answered - asked;
  if (round_trip > limits::kClockRoundTripMax) return;
  last_[peer] = {asked + round_trip / 2, theirs};
}

ClockStanding Clocks::standing(MonotonicTime now, WallTime ours) const {
  if (planted(Bug::kLoneClockLeads)) return ClockStanding::kAgrees;
  std::vector<microseconds> ahead;
  for (const auto& [peer, heard] : last_) {
    if (now - heard.at > limits::kClockComparisonAge) continue;
    WallTime theirs = heard.theirs + duration_cast<microseconds>(now - heard.at);
    ahead.push_back(theirs - ours);
  }
  return partition::standing(brokers_, std::move(ahead));
}

bool Clocks::may_begin_a_log(MonotonicTime now, WallTime ours) const {
  return now - began_ > limits::kClockComparisonAge ||
         standing(now, ours) == ClockStanding::kAgrees;
}

WallTime next_time(ClockStanding standing, WallTime ours, WallTime last, MonotonicTime seen_at,
                   MonotonicTime now) {
  // A log without a time has to begin with somebody's: may_begin_a_log() says whose.
  if (standing == ClockStanding::kAgrees || last == WallTime()) return std::max(last, ours);
  return last + duration_cast<microseconds>(now - seen_at);
}

}  // namespace usher::partition

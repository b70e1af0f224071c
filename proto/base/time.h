// Time in three strong forms. Duration: a length. MonotonicTime: a point of one process's clock
// that never goes back, for timeouts. WallTime: microseconds UTC, as the log stamps batches.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace usher {

using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

class MonotonicTime {
 public:
  constexpr MonotonicTime() = default;
  constexpr explicit MonotonicTime(Duration since_start) : since_start_(since_start) {}
  constexpr Duration since_start() const { return since_start_; }
  friend constexpr auto operator<=>(const MonotonicTime&, const MonotonicTime&) = default;
  friend constexpr MonotonicTime operator+(MonotonicTime t, Duration d) {
    return MonotonicTime(t.since_start_ + d);
  }
  friend constexpr Duration operator-(MonotonicTime a, MonotonicTime b) {
    return a.since_start_ - b.since_start_;
  }

 private:
  Duration since_start_{0};
};

class WallTime {
 public:
  constexpr WallTime() = default;
  constexpr explicit WallTime(int64_t us_since_1970) : us_(us_since_1970) {}
  constexpr int64_t us_since_1970() const { return us_; }
  friend constexpr auto operator<=>(const WallTime&, const WallTime&) = default;
  friend constexpr WallTime operator+(WallTime t, std::chrono::microseconds d) {
    return WallTime(t.us_ + d.count());
  }
  friend constexpr std::chrono::microseconds operator-(WallTime a, WallTime b) {
    return std::chrono::microseconds(a.us_ - b.us_);
  }

 private:
  int64_t us_ = 0;
};

// "2026-11-20T18:00:00.000000Z": RFC 3339, always UTC, always microseconds. Outside of the years
// 0000 to 9999, which nothing parsed is, a bare count since 1970: "-62167219200000001us".
std::string to_text(WallTime time);
// RFC 3339 with an offset from UTC or Z; "2026-11-20T18:00:00" without one is refused. Digits finer
// than a microsecond are dropped; a leap second is refused.
Result<WallTime> parse_wall_time(std::string_view text);
// TIME of a command line: RFC 3339 as above, "now", or a distance from now as in "-10m" and "+2h".
Result<WallTime> parse_time_argument(std::string_view text, WallTime now);

// "500ms", "30s", "10m", "2h", "7d": a whole number and one unit.
Result<Duration> parse_duration(std::string_view text);
// The largest unit that says it whole: "90s", "2h", "1500ms"; what is finer than a millisecond is
// "ns".
std::string to_text(Duration duration);

}  // namespace usher

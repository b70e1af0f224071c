#include "proto/base/time.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "proto/base/quantity.h"
#include "proto/base/quote.h"

namespace usher {
namespace {

using std::chrono::microseconds;

constexpr std::array kTypedUnits = {Unit{"ms", 1'000'000}, Unit{"s", 1'000'000'000},
                                    Unit{"m", 60'000'000'000}, Unit{"h", 3'600'000'000'000},
                                    Unit{"d", 86'400'000'000'000}};
constexpr std::array kShownUnits = {Unit{"ns", 1},  kTypedUnits[0], kTypedUnits[1],
                                    kTypedUnits[2], kTypedUnits[3], kTypedUnits[4]};

// The ends of the years that RFC 3339 can write.
constexpr std::chrono::sys_time<microseconds> kFirst =
    std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr std::chrono::sys_time<microseconds> kEnd =
    std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);

bool is_writable(WallTime time) {
  std::chrono::sys_time<microseconds> point(microseconds(time.us_since_1970()));
  return kFirst <= point && point < kEnd;
}

// Reads a text from the front; every step says whether it found what it was asked for.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  bool at_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }

  // Exactly so many digits, as a number from low to high.
  bool number(int digits, int low, int high, int& value) {
    value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!at_digit()) return false;
      value = value * 10 + take() - '0';
    }
    return low <= value && value <= high;
  }
  bool one_of(std::string_view allowed, char& found) {
    if (rest_.empty() || !allowed.contains(rest_[0])) return false;
    found = take();
    return true;
  }
  bool one_of(std::string_view allowed) {
    char found;
    return one_of(allowed, found);
  }
  char take() {
    char next = rest_[0];
    rest_.remove_prefix(1);
    return next;
  }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> read_date(Reader& reader) {
  int year, month, day;
  if (!reader.number(4, 0, 9999, year) || !reader.one_of("-") || !reader.number(2, 1, 12, month) ||
      !reader.one_of("-") || !reader.number(2, 1, 31, day))
    return std::nullopt;
  auto date = std::chrono::year(year) / month / day;
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// Any number of digits; what is finer than a microsecond is dropped.
std::optional<microseconds> read_fraction(Reader& reader) {
  if (!reader.at_digit()) return std::nullopt;
  int64_t us = 0;
  for (int64_t unit = 100'000; reader.at_digit(); unit /= 10) us += (reader.take() - '0') * unit;
  return microseconds(us);
}

// Seconds go to 59: the second 60 of a leap second has no place in time counted from 1970.
std::optional<microseconds> read_time_of_day(Reader& reader) {
  int hour, minute, second;
  if (!reader.number(2, 0, 23, hour) || !reader.one_of(":") || !reader.number(2, 0, 59, minute) ||
      !reader.one_of(":") || !reader.number(2, 0, 59, second))
    return std::nullopt;
  microseconds whole =
      std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  if (!reader.one_of(".")) return whole;
  auto fraction = read_fraction(reader);
  if (!fraction) return std::nullopt;
  return whole + *fraction;
}

std::optional<microseconds> read_offset(Reader& reader) {
  char sign;
  if (reader.one_of("Zz")) return microseconds(0);
  int hours, minutes;
  if (!reader.one_of("+-", sign) || !reader.number(2, 0, 23, hours) || !reader.one_of(":") ||
      !reader.number(2, 0, 59, minutes))
    return std::nullopt;
  microseconds offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return sign == '-' ? -offset : offset;
}

std::optional<WallTime> read_wall_time(std::string_view text) {
  Reader reader(text);
  auto date = read_date(reader);
  if (!date || !reader.one_of("Tt")) return std::nullopt;
  auto time_of_day = read_time_of_day(reader);
  if (!time_of_day) return std::nullopt;
  auto offset = read_offset(reader);
  if (!offset || !reader.at_end()) return std::nullopt;
  microseconds since_1970 = date->time_since_epoch() + *time_of_day - *offset;
  WallTime time(since_1970.count());
  return is_writable(time) ? std::optional(time) : std::nullopt;
}

// "-10m" or "+2h" from now; nothing where the text is not of that form.
std::optional<WallTime> read_relative(std::string_view text, WallTime now) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return std::nullopt;
  auto distance = parse_quantity(text.substr(1), kTypedUnits);
  if (!distance) return std::nullopt;
  auto us = std::chrono::duration_cast<microseconds>(Duration(*distance));
  WallTime time = now + (text[0] == '-' ? -us : us);
  return is_writable(time) ? std::optional(time) : std::nullopt;
}

}  // namespace

std::string to_text(WallTime time) {
  if (!is_writable(time)) return fmt::format("{}us", time.us_since_1970());
  std::chrono::sys_time<microseconds> point(microseconds(time.us_since_1970()));
  auto day = std::chrono::floor<std::chrono::days>(point);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss clock(point - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

Result<WallTime> parse_wall_time(std::string_view text) {
  if (auto time = read_wall_time(text)) return *time;
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) +
                  " is not a time: expected RFC 3339 with an offset from UTC, as in "
                  "2026-11-20T18:00:00Z or 2026-11-20T19:00:00+01:00");
}

Result<WallTime> parse_time_argument(std::string_view text, WallTime now) {
  if (text == "now") return now;
  if (auto time = read_relative(text, now)) return *time;
  if (auto time = read_wall_time(text)) return *time;
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) +
                  " is not a time: expected RFC 3339 with an offset from UTC as in "
                  "2026-11-20T18:00:00Z, or now, or a distance from now as in -10m or +2h");
}

Result<Duration> parse_duration(std::string_view text) {
  if (auto ns = parse_quantity(text, kTypedUnits)) return Duration(*ns);
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) +
                  " is not a duration: expected a whole number and one of ms, s, m, h, d, as in "
                  "30s");
}

std::string to_text(Duration duration) {
  int64_t ns = duration.count();
  if (ns == 0) return "0s";
  // Unsigned negation holds for the smallest number too.
  return ns < 0 ? "-" + quantity_text(0 - static_cast<uint64_t>(ns), kShownUnits)
                : quantity_text(static_cast<uint64_t>(ns), kShownUnits);
}

}  // namespace usher

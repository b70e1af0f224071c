#include "client/cli/seats_values.h"

#include <charconv>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/seats/names.h"

namespace usher::cli {
namespace {

bool read_count(std::string_view text, size_t most, uint16_t& count) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  return problem == std::errc() && end == text.data() + text.size() && count >= 1 && count <= most;
}

Result<seats::SectionShape> parse_section(std::string_view text) {
  seats::SectionShape shape;
  size_t equals = text.find('=');
  size_t times = text.rfind('x');
  bool has_both = equals != text.npos && times != text.npos && times > equals;
  if (has_both) shape.name = text.substr(0, equals);
  if (has_both && seats::is_name(shape.name) &&
      read_count(text.substr(equals + 1, times - equals - 1), limits::kRowsPerSection,
                 shape.rows) &&
      read_count(text.substr(times + 1), limits::kSeatsPerRow, shape.seats_per_row))
    return shape;
  return fail(
      ErrorCode::INVALID_ARGUMENT,
      fmt::format("{} is not a section: expected NAME=ROWSxSEATS, as in A=20x50, of at most "
                  "{} rows of {} seats",
                  quote(text), limits::kRowsPerSection, limits::kSeatsPerRow));
}

}  // namespace

service::ValueType<seats::SectionShape> section_value() {
  return {"NAME=ROWSxSEATS", parse_section, [](const seats::SectionShape& shape) {
            return fmt::format("{}={}x{}", shape.name, shape.rows, shape.seats_per_row);
          }};
}

service::ValueType<seats::SeatName> seat_value() {
  return {"SECTION-ROW-NUMBER", seats::parse_seat_name,
          [](const seats::SeatName& name) { return seats::seat_name(name.section, name.seat); }};
}

service::ValueType<std::optional<WallTime>> sale_time_value(const Clock& clock) {
  auto parse = [&clock](std::string_view text) -> Result<std::optional<WallTime>> {
    if (text == "none") return std::optional<WallTime>();
    TRY_ASSIGN(WallTime time, parse_time_argument(text, clock.wall()));
    return std::optional(time);
  };
  return {"TIME", parse,
          [](const std::optional<WallTime>& time) { return time ? to_text(*time) : "none"; }};
}

service::ValueType<Duration> duration_or_0_value(Duration most) {
  service::ValueType<Duration> type = service::duration_value(0s, most);
  type.parse = [parse = type.parse](std::string_view text) {
    return parse(text == "0" ? "0s" : text);
  };
  return type;
}

}  // namespace usher::cli

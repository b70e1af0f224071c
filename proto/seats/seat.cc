#include "proto/seats/seat.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/seats/names.h"

namespace usher::seats {
namespace {

std::optional<uint16_t> take_number(std::string_view& text, size_t most) {
  size_t dash = text.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view digits = text.substr(dash + 1);
  uint16_t number = 0;
  auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  if (error != std::errc{} || end != digits.end() || digits[0] == '0' || number > most)
    return std::nullopt;
  text = text.substr(0, dash);
  return number;
}

}  // namespace

bool is_name(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
  };
  return !text.empty() && text.size() <= limits::kNameLength && std::ranges::all_of(text, allowed);
}

std::string seat_name(std::string_view section, Seat seat) {
  return fmt::format("{}-{}-{}", section, seat.row, seat.number);
}

Result<SeatName> parse_seat_name(std::string_view text) {
  std::string_view rest = text;
  auto number = take_number(rest, limits::kSeatsPerRow);
  auto row = number ? take_number(rest, limits::kRowsPerSection) : std::nullopt;
  if (!row || !is_name(rest))
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is not a seat's name, as A-3-12 is", quote(cut_utf8(text, 80))));
  return SeatName{.section = std::string(rest), .seat = {.row = *row, .number = *number}};
}

}  // namespace usher::seats

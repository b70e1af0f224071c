// A seat and its name. "A-3-12" is seat 12 of row 3 of section A; the name is read from the right,
// because a section's own name may hold a '-'. Rows and numbers count from 1.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace usher::seats {

struct Seat {
  uint16_t row = 0;
  uint16_t number = 0;
  friend auto operator<=>(const Seat&, const Seat&) = default;

  uint32_t packed() const { return uint32_t{row} << 16 | number; }
  static Seat of(uint32_t packed) {
    return {.row = static_cast<uint16_t>(packed >> 16), .number = static_cast<uint16_t>(packed)};
  }
};

struct SeatName {
  std::string section;
  Seat seat;
};

std::string seat_name(std::string_view section, Seat seat);
// INVALID_ARGUMENT for what is not SECTION-ROW-NUMBER: a number with a sign or a leading 0, 0, or
// above the largest row or number there can be.
Result<SeatName> parse_seat_name(std::string_view text);

}  // namespace usher::seats

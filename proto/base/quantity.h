// A whole number with a unit, as in "30s" or "64KiB": the form durations and sizes share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace usher {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// The number times its unit; nothing where the text is not exactly a number and one of the units,
// or where the product is over 2^63 - 1.
std::optional<int64_t> parse_quantity(std::string_view text, std::span<const Unit> units);

// The value in the largest unit that says it whole. The units rise, and the first has factor 1.
std::string quantity_text(uint64_t value, std::span<const Unit> units);

}  // namespace usher

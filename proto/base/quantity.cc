#include "proto/base/quantity.h"

#include <charconv>
#include <limits>

#include "proto/base/check.h"

namespace usher {

std::optional<int64_t> parse_quantity(std::string_view text, std::span<const Unit> units) {
  uint64_t number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  std::string_view name(end, text.data() + text.size());
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
    if (number > kMax / unit.factor) return std::nullopt;
    return static_cast<int64_t>(number * unit.factor);
  }
  return std::nullopt;
}

std::string quantity_text(uint64_t value, std::span<const Unit> units) {
  CHECK(!units.empty() && units.front().factor == 1);
  const Unit* chosen = &units.front();
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0) chosen = &unit;
  return std::to_string(value / chosen->factor) + std::string(chosen->name);
}

}  // namespace usher

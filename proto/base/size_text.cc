#include "proto/base/size_text.h"

#include <array>

#include "proto/base/quantity.h"
#include "proto/base/quote.h"

namespace usher {
namespace {

constexpr std::array kUnits = {Unit{"B", 1}, Unit{"KiB", 1ull << 10}, Unit{"MiB", 1ull << 20},
                               Unit{"GiB", 1ull << 30}};

}  // namespace

Result<uint64_t> parse_size(std::string_view text) {
  if (auto bytes = parse_quantity(text, kUnits)) return static_cast<uint64_t>(*bytes);
  return fail(
      ErrorCode::INVALID_ARGUMENT,
      quote(text) +
          " is not a size: expected a whole number and one of B, KiB, MiB, GiB, as in 64MiB");
}

std::string size_text(uint64_t bytes) { return quantity_text(bytes, kUnits); }

}  // namespace usher

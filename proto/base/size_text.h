// Sizes as people write them: "512B", "64KiB", "10GiB".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace usher {

// A whole number and one of B, KiB, MiB, GiB. At most 2^63 - 1 bytes.
Result<uint64_t> parse_size(std::string_view text);
// The largest unit that says it whole.
std::string size_text(uint64_t bytes);

}  // namespace usher

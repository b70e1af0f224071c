// CHECK: for what can only be false through a bug of ours. It stays on in release builds: a process
// that has lost its footing stops, says where, and recovers from the log.
// What the world can do to us (input, network, disk) is never CHECKed; it is a Result (result.h).
#pragma once

#include <string_view>

namespace usher {

// Prints "CHECK failed: …" with the place to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               std::string_view why);

}  // namespace usher

// CHECK(condition) or CHECK(condition, "why it must hold").
#define CHECK(condition, ...)   \
  (static_cast<bool>(condition) \
       ? static_cast<void>(0)   \
       : ::usher::check_failed(__FILE__, __LINE__, #condition, std::string_view(__VA_ARGS__)))

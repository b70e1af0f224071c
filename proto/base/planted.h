// Known bugs that a build with -Dplanted=true can switch on, one at a time, to show that the
// simulator would find them (`tools/dev sim --planted`, docs/testing.md). In every other build
// planted() is false for the compiler already: nothing of a bug is left in it.
//
//     if (planted(Bug::kSkipEpoch)) …        beside the line that does it right
#pragma once

#include <cstdint>
#include <string_view>

namespace usher {

enum class Bug : uint8_t {
  kNone,
#define USHER_BUG(name, what) name,
#include "proto/base/planted.inc"
#undef USHER_BUG
};

// In words; "" for none.
std::string_view name(Bug bug);
// By its words; kNone where there is none of this name.
Bug bug_named(std::string_view name);

#ifdef USHER_PLANTED
bool planted(Bug bug);
// From now on, in the whole process, in place of the one before.
void plant(Bug bug);
#else
constexpr bool planted(Bug) { return false; }
#endif

}  // namespace usher

#include "proto/base/planted.h"

#include <array>

namespace usher {
namespace {

constexpr std::array kNames{
    std::string_view(""),
#define USHER_BUG(name, what) std::string_view(what),
#include "proto/base/planted.inc"
#undef USHER_BUG
};

#ifdef USHER_PLANTED
Bug bug_planted = Bug::kNone;
#endif

}  // namespace

std::string_view name(Bug bug) { return kNames[static_cast<size_t>(bug)]; }

Bug bug_named(std::string_view name) {
  for (size_t i = 1; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Bug>(i);
  return Bug::kNone;
}

#ifdef USHER_PLANTED
bool planted(Bug bug) { return bug_planted == bug; }
void plant(Bug bug) { bug_planted = bug; }
#endif

}  // namespace usher

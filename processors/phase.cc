#include "processors/phase.h"

#include <array>

namespace usher::processors {

std::string_view name_of(Phase phase) {
  constexpr std::array<std::string_view, 9> kNames = {"new",       "standby", "claiming",
                                                      "restoring", "running", "recovering",
                                                      "closing",   "closed",  "stopped"};
  return kNames[static_cast<size_t>(phase)];
}

bool may_follow(Phase from, Phase to) {
  if (is_over(from)) return false;
  if (is_over(to)) return true;
  switch (to) {
    case Phase::kStandby:
      return from == Phase::kNew;
    case Phase::kClaiming:
      return from == Phase::kNew || from == Phase::kStandby;
    case Phase::kRestoring:
      return from == Phase::kClaiming;
    case Phase::kRunning:
      return from == Phase::kRestoring || from == Phase::kRecovering;
    case Phase::kRecovering:
    case Phase::kClosing:
      return from == Phase::kRunning;
    default:
      return false;
  }
}

}  // namespace usher::processors

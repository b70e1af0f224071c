// The life of a task, and which way it may go. Pure.
//
//     new ─┬→ standby ─┬→ claiming ─→ restoring ─→ running ⇄ recovering
//          └───────────┘                             └→ closing ─→ closed
//     from everywhere: closed (somebody else claimed), stopped (cannot go on, and says why)
#pragma once

#include <cstdint>
#include <string_view>

namespace usher::processors {

enum class Phase : uint8_t {
  kNew,
  kStandby,     // restores without an end
  kClaiming,    // waits for its claim to be committed
  kRestoring,   // applies what stands before its claim
  kRunning,     // steps
  kRecovering,  // finds out what became of its steps
  kClosing,     // waits for its last steps
  kClosed,
  kStopped,
};

std::string_view name_of(Phase phase);
bool may_follow(Phase from, Phase to);
inline bool is_over(Phase phase) { return phase == Phase::kClosed || phase == Phase::kStopped; }

}  // namespace usher::processors

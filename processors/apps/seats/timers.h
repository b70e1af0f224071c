// The timers that the rules set. A timer's number says what it is for, its key about what; so two
// for different things never meet.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "processors/apps/seats/decision.h"
#include "proto/seats/reservation_id.h"

namespace usher::seats {

enum class TimerKind : uint64_t {
  kExpire = 1,  // key: the reservation's; its hold ends
  kLeave = 2,   // key: the reservation's; it was rejected and leaves the store
  kSweep = 3,   // key: the event's; finished reservations leave the store
  kForget = 4,  // key: of an entry of `answers`
};

inline TimerName expire_timer(const ReservationId& id, WallTime deadline) {
  return {deadline, id.key(), static_cast<uint64_t>(TimerKind::kExpire)};
}
inline TimerName leave_timer(const ReservationId& id, WallTime deadline) {
  return {deadline, id.key(), static_cast<uint64_t>(TimerKind::kLeave)};
}
inline TimerName sweep_timer(std::string_view event, WallTime deadline) {
  return {deadline, std::string(event), static_cast<uint64_t>(TimerKind::kSweep)};
}
inline TimerName forget_timer(std::string_view answer, WallTime deadline) {
  return {deadline, std::string(answer), static_cast<uint64_t>(TimerKind::kForget)};
}

constexpr std::chrono::microseconds in_us(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}

}  // namespace usher::seats

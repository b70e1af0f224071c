// How a timer stands in its store, so that what is due first stands first: written here once more,
// as the audit shares no code with what it judges.
//
//     deadline (8, big-endian, sign flipped) │ key, 00 as 00 FF │ 00 01 │ number (8) │ processor
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "processors/apps/seats/decision.h"

namespace usher::audit {

struct StoredTimer {
  seats::TimerName name;
  std::string processor;
};

std::string timer_key(const seats::TimerName& name, std::string_view processor);
// None: no timer's key.
std::optional<StoredTimer> timer_of_key(std::string_view key);

}  // namespace usher::audit

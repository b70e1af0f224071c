// Places in a log as people name them: start, end, an OFFSET, or a TIME. A bare integer is an
// offset, everything else that is not a word is a time (contract: TIME and OFFSET).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "proto/base/clock.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/service/value_type.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::cli {

struct LogStart {
  friend bool operator==(const LogStart&, const LogStart&) = default;
};
struct LogEnd {
  friend bool operator==(const LogEnd&, const LogEnd&) = default;
};
using PlaceInLog = std::variant<LogStart, LogEnd, Offset, WallTime>;

Result<PlaceInLog> parse_place(std::string_view text, WallTime now);
std::string to_text(const PlaceInLog& place);
// Reads times from `clock`, which outlives it.
service::ValueType<PlaceInLog> place_value(const Clock& clock);

// What to ask a broker for it; an offset needs no question.
std::variant<Offset, wire::OffsetRequest> question_of(const PlaceInLog& place, SpaceId space,
                                                      PartitionId partition);

}  // namespace usher::cli

#include "client/cli/place_argument.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "proto/base/quote.h"

namespace usher::cli {

Result<PlaceInLog> parse_place(std::string_view text, WallTime now) {
  if (text == "start") return LogStart{};
  if (text == "end") return LogEnd{};
  bool is_number =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) {
    uint64_t offset = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), offset);
    if (problem == std::errc()) return Offset(offset);
    return fail(ErrorCode::INVALID_ARGUMENT, quote(text) + " is not an offset: it is too large");
  }
  if (auto time = parse_time_argument(text, now)) return *time;
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) +
                  " is not a place in the log: expected start, end, an offset as in 42, or a time "
                  "as in 2026-11-20T18:00:00Z, -10m or now");
}

std::string to_text(const PlaceInLog& place) {
  if (std::holds_alternative<LogStart>(place)) return "start";
  if (std::holds_alternative<LogEnd>(place)) return "end";
  if (const auto* offset = std::get_if<Offset>(&place)) return fmt::to_string(offset->value());
  return usher::to_text(std::get<WallTime>(place));
}

service::ValueType<PlaceInLog> place_value(const Clock& clock) {
  auto parse = [&clock](std::string_view text) { return parse_place(text, clock.wall()); };
  return {"start|end|OFFSET|TIME", parse, [](const PlaceInLog& place) { return to_text(place); }};
}

std::variant<Offset, wire::OffsetRequest> question_of(const PlaceInLog& place, SpaceId space,
                                                      PartitionId partition) {
  if (const auto* offset = std::get_if<Offset>(&place)) return *offset;
  wire::OffsetRequest request{.space = space,
                              .partition = partition,
                              .at = wire::OffsetAt::kEarliest,
                              .time = {},
                              .linearizable = true};
  if (std::holds_alternative<LogEnd>(place)) request.at = wire::OffsetAt::kLatest;
  if (const auto* time = std::get_if<WallTime>(&place)) {
    request.at = wire::OffsetAt::kTime;
    request.time = *time;
  }
  return request;
}

}  // namespace usher::cli

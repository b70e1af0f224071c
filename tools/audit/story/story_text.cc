// An entry of the story for people, and for programs.
#include <fmt/format.h>

#include "proto/base/quote.h"
#include "tools/audit/story/story.h"

namespace usher::audit {

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

std::string line_of(const StoryEntry& entry) {
  std::string line = fmt::format("{}  {:>8}  {}: {}: {}", to_text(entry.time), entry.offset.value(),
                                 valid_utf8(entry.actor), entry.action, entry.outcome);
  if (!entry.seats.empty()) line += fmt::format(" {}", joined(entry.seats, " "));
  if (entry.held_until) line += fmt::format(", held until {}", to_text(*entry.held_until));
  if (!entry.reason.empty()) line += fmt::format(" {}", entry.reason);
  if (!entry.detail.empty()) line += fmt::format(" ({})", entry.detail);
  std::vector<std::string> from;
  if (entry.reservation) from.push_back("reservation " + entry.reservation->text());
  if (entry.command) from.push_back(fmt::format("command {}", entry.command->value()));
  from.push_back(fmt::format("step {}", entry.step.value()));
  return line + fmt::format("  [{}]", joined(from, ", "));
}

std::string json_of(const StoryEntry& entry) {
  std::string json =
      fmt::format("{{\"time\":\"{}\",\"offset\":{},\"step\":{},\"topic\":{}", to_text(entry.time),
                  entry.offset.value(), entry.step.value(), quote(entry.topic));
  auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) json += fmt::format(",\"{}\":{}", name, quote(value));
  };
  add("eventId", entry.event);
  add("actor", entry.actor);
  add("action", entry.action);
  add("outcome", entry.outcome);
  add("reason", entry.reason);
  add("detail", entry.detail);
  add("userId", entry.user);
  add("section", entry.section);
  if (entry.reservation) add("reservationId", entry.reservation->text());
  if (entry.held_until) add("heldUntil", to_text(*entry.held_until));
  if (!entry.seats.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : entry.seats) names.push_back(quote(name));
    json += fmt::format(",\"seats\":[{}]", joined(names, ","));
  }
  if (entry.command) {
    json += fmt::format(",\"command\":{{\"offset\":{}", entry.command->value());
    if (entry.command_time) json += fmt::format(",\"time\":\"{}\"", to_text(*entry.command_time));
    json += "}";
  }
  return json + fmt::format(",\"changed\":{}}}", entry.changed);
}

}  // namespace usher::audit

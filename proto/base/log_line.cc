#include "proto/base/log_line.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher {
namespace {

constexpr std::array<std::string_view, 5> kLevels = {"trace", "debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

void append_text_or_cut(std::string& to, std::string_view text) {
  std::string_view kept = cut_utf8(text, limits::kLogTextBytes);
  if (kept.size() == text.size()) {
    append_quote(to, text);
  } else {
    append_quote(to, std::string(kept) + "…");
  }
}

// JSON has no word for what is not a number; such values are told as text.
void append_number(std::string& to, double number) {
  if (std::isfinite(number))
    to += fmt::format("{}", number);
  else
    to += fmt::format("\"{}\"", number);
}

void append_value(std::string& to, const LogValue& value) {
  std::visit(
      [&to](auto held) {
        using Held = decltype(held);
        if constexpr (std::same_as<Held, std::string_view>)
          append_text_or_cut(to, held);
        else if constexpr (std::same_as<Held, double>)
          append_number(to, held);
        else
          to += fmt::format("{}", held);
      },
      value.any());
}

// The text behind its quotes and escapes, for a place where quotes are not needed.
void append_bare(std::string& to, std::string_view text) {
  std::string safe;
  append_text_or_cut(safe, text);
  to += std::string_view(safe).substr(1, safe.size() - 2);
}

std::string render_text(const LogLine& line) {
  std::string text = fmt::format("{} {:<5}", to_text(line.time), to_text(line.level));
  for (std::string_view part : {line.component, line.message}) {
    if (part.empty()) continue;
    text += "  ";
    append_bare(text, part);
  }
  std::string_view gap = "  ";
  for (const LogField& field : line.fields) {
    text += fmt::format("{}{}=", gap, field.name.text());
    append_value(text, field.value);
    gap = " ";
  }
  return text;
}

std::string render_json(const LogLine& line) {
  std::string json =
      fmt::format(R"({{"time":"{}","level":"{}")", to_text(line.time), to_text(line.level));
  if (!line.component.empty()) {
    json += R"(,"component":)";
    append_text_or_cut(json, line.component);
  }
  json += R"(,"message":)";
  append_text_or_cut(json, line.message);
  for (const LogField& field : line.fields) {
    json += fmt::format(",\"{}\":", field.name.text());
    append_value(json, field.value);
  }
  json += '}';
  return json;
}

}  // namespace

std::string_view to_text(LogLevel level) { return kLevels[static_cast<size_t>(level)]; }
std::string_view to_text(LogFormat format) { return kFormats[static_cast<size_t>(format)]; }

Result<LogLevel> parse_log_level(std::string_view text) {
  auto found = std::ranges::find(kLevels, text);
  if (found != kLevels.end()) return static_cast<LogLevel>(found - kLevels.begin());
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) + " is not a level: expected trace, debug, info, warn or error");
}

Result<LogFormat> parse_log_format(std::string_view text) {
  auto found = std::ranges::find(kFormats, text);
  if (found != kFormats.end()) return static_cast<LogFormat>(found - kFormats.begin());
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) + " is not a format of logs: expected text or json");
}

std::string render(const LogLine& line, LogFormat format) {
  return format == LogFormat::kJson ? render_json(line) : render_text(line);
}

}  // namespace usher

#include "proto/service/value_type.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/base/size_text.h"
#include "proto/service/list_text.h"

namespace usher::service {
namespace {

std::unexpected<Error> refuse(std::string_view text, std::string_view expected) {
  return fail(ErrorCode::INVALID_ARGUMENT, fmt::format("{} is not {}", quote(text), expected));
}

template <class T>
Result<T> in_range(std::string_view text, T value, T low, T high, const auto& show) {
  if (low <= value && value <= high) return value;
  return fail(ErrorCode::INVALID_ARGUMENT,
              fmt::format("{} is out of range: expected {} to {}", text, show(low), show(high)));
}

Result<uint64_t> parse_integer(std::string_view text) {
  uint64_t value = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || text.empty())
    return refuse(text, "a whole number: expected digits alone, as in 64");
  return value;
}

std::string same(const std::string& text) { return text; }

}  // namespace

ValueType<std::string> text_value() {
  return {"TEXT", [](std::string_view text) { return Result<std::string>(text); }, same};
}

ValueType<std::string> path_value() {
  auto parse = [](std::string_view text) -> Result<std::string> {
    if (text.empty() || text.contains('\0')) return refuse(text, "a path: expected a file's name");
    return std::string(text);
  };
  return {"PATH", parse, same};
}

ValueType<bool> boolean_value() {
  auto parse = [](std::string_view text) -> Result<bool> {
    if (text != "true" && text != "false") return refuse(text, "one of true, false");
    return text == "true";
  };
  return {"true|false", parse, [](bool value) { return value ? "true" : "false"; }, true};
}

ValueType<uint64_t> integer_value(uint64_t low, uint64_t high) {
  auto show = [](uint64_t value) { return fmt::to_string(value); };
  auto parse = [=](std::string_view text) -> Result<uint64_t> {
    TRY_ASSIGN(uint64_t value, parse_integer(text));
    return in_range(text, value, low, high, show);
  };
  return {"NUMBER", parse, show, true};
}

ValueType<uint64_t> size_value(uint64_t low, uint64_t high) {
  auto parse = [=](std::string_view text) -> Result<uint64_t> {
    TRY_ASSIGN(uint64_t value, parse_size(text));
    return in_range(text, value, low, high, size_text);
  };
  return {"SIZE", parse, size_text};
}

ValueType<Duration> duration_value(Duration low, Duration high) {
  auto show = [](Duration value) { return to_text(value); };
  auto parse = [=](std::string_view text) -> Result<Duration> {
    TRY_ASSIGN(Duration value, parse_duration(text));
    return in_range(text, value, low, high, show);
  };
  return {"DURATION", parse, show};
}

ValueType<net::Endpoint> endpoint_value() {
  return {"HOST:PORT", net::Endpoint::parse,
          [](const net::Endpoint& endpoint) { return endpoint.text(); }};
}

ValueType<std::string> choice_value(std::vector<std::string> words) {
  std::string placeholder = join(words, "|");
  auto parse = [words](std::string_view text) -> Result<std::string> {
    if (std::ranges::find(words, text) != words.end()) return std::string(text);
    return refuse(text, "one of " + join(words, ", "));
  };
  return {placeholder, parse, same};
}

}  // namespace usher::service

// One line of a log, from its parts to its text. Pure: no clock, no file.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace usher {

enum class LogLevel : uint8_t { kTrace, kDebug, kInfo, kWarn, kError };
enum class LogFormat : uint8_t { kText, kJson };

std::string_view to_text(LogLevel level);
std::string_view to_text(LogFormat format);
Result<LogLevel> parse_log_level(std::string_view text);
Result<LogFormat> parse_log_format(std::string_view text);

// What a field is called: a literal in snake_case that is not one of a line's own fields. Anything
// else does not compile.
class LogFieldName {
 public:
  template <size_t N>
  consteval LogFieldName(const char (&literal)[N])  // NOLINT(google-explicit-constructor)
      : name_(literal, N - 1) {
    for (std::string_view own : {"time", "level", "component", "message"})
      if (name_ == own) throw "this field stands in every line already";
    if (name_.empty() || name_[0] < 'a' || name_[0] > 'z') throw "a field's name is snake_case";
    for (char c : name_)
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_')
        throw "a field's name is snake_case";
  }
  constexpr std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

// Numbers, ids, truths and texts. Looks at texts; the line is made before they go.
class LogValue {
 public:
  using Any = std::variant<int64_t, uint64_t, double, bool, std::string_view>;

  template <class T>
  LogValue(const T& value) : value_(from(value)) {}  // NOLINT(google-explicit-constructor)
  const Any& any() const { return value_; }

 private:
  template <class T>
  static Any from(const T& value) {
    if constexpr (std::same_as<T, bool>)
      return value;
    else if constexpr (std::signed_integral<T>)
      return int64_t{value};
    else if constexpr (std::unsigned_integral<T>)
      return uint64_t{value};
    else if constexpr (std::floating_point<T>)
      return double{value};
    else if constexpr (requires {
                         { value.value() } -> std::integral;
                       })
      return from(value.value());
    else
      return std::string_view(value);
  }
  Any value_;
};

struct LogField {
  LogFieldName name;
  LogValue value;
};

struct LogLine {
  WallTime time;
  LogLevel level;
  std::string_view component;
  std::string_view message;
  std::span<const LogField> fields;
};

// Without an end of line, and without any inside it, whatever the parts hold.
std::string render(const LogLine& line, LogFormat format);

}  // namespace usher

// Errors are values. A function that can fail in operation returns Result<T>; the compiler refuses
// to let it be ignored. An Error has a code from the catalogue (errors.inc, docs/errors.md), which
// says whether trying again is safe, and a detail in words: which field, file, address or number it
// was.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace usher {

enum class ErrorCode : uint16_t {
#define USHER_ERROR(number, code, retry, meaning, hint) code = number,
#include "proto/base/errors.inc"
#undef USHER_ERROR
};

enum class Retry : uint8_t {
  kNever,    // the same again fails again
  kSafe,     // surely not done: send it again
  kUnknown,  // may have been done: ask, or repeat under the same identity
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;
  Retry retry;
  std::string_view meaning;
  std::string_view hint;
};

// The row of the catalogue; for a number from a newer program, the row of INTERNAL.
const ErrorInfo& info(ErrorCode code);
bool is_known(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::INTERNAL;
  std::string detail;
  // The number that it is about, where a program must act on it: docs/errors.md says which.
  std::optional<uint64_t> at = {};

  std::string_view name() const { return info(code).name; }
  Retry retry() const { return info(code).retry; }
  // "CODE: what happened; what to do", as every program prints it behind "error: ".
  std::string text() const;
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

inline std::unexpected<Error> fail(ErrorCode code, std::string detail,
                                   std::optional<uint64_t> at = {}) {
  return std::unexpected(Error{code, std::move(detail), at});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace usher

// TRY(expression): stops the function with the error of a failed Result<void>.
#define TRY(expression)                                     \
  do {                                                      \
    if (auto usher_try = (expression); !usher_try)          \
      return std::unexpected(std::move(usher_try).error()); \
  } while (false)

// TRY_ASSIGN(auto x, expression): the same, else moves the value into x.
#define TRY_ASSIGN(target, expression) \
  TRY_ASSIGN_NAMED(target, expression, USHER_CONCAT(usher_try_, __LINE__))
#define TRY_ASSIGN_NAMED(target, expression, name)            \
  auto name = (expression);                                   \
  if (!name) return std::unexpected(std::move(name).error()); \
  target = std::move(*name)
#define USHER_CONCAT(a, b) USHER_CONCAT_NOW(a, b)
#define USHER_CONCAT_NOW(a, b) a##b

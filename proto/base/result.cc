#include "proto/base/result.h"

#include <array>

namespace usher {
namespace {

constexpr std::array kCatalogue = {
#define USHER_ERROR(number, code, retry, meaning, hint) \
  ErrorInfo{ErrorCode::code, #code, Retry::retry, meaning, hint},
#include "proto/base/errors.inc"
#undef USHER_ERROR
};

const ErrorInfo* find(ErrorCode code) {
  for (const ErrorInfo& row : kCatalogue)
    if (row.code == code) return &row;
  return nullptr;
}

}  // namespace

const ErrorInfo& info(ErrorCode code) {
  const ErrorInfo* row = find(code);
  return row ? *row : *find(ErrorCode::INTERNAL);
}

bool is_known(ErrorCode code) { return find(code) != nullptr; }

std::string Error::text() const {
  const ErrorInfo& row = info(code);
  std::string text(row.name);
  text += ": ";
  text += detail.empty() ? row.meaning : std::string_view(detail);
  text += "; ";
  text += row.hint;
  return text;
}

}  // namespace usher

#include "proto/net/http_message.h"

#include <algorithm>

namespace usher::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string_view> find_field(const HttpFields& fields, std::string_view name) {
  for (const auto& [known, value] : fields)
    if (std::ranges::equal(known, name, {}, lower, lower)) return value;
  return std::nullopt;
}

}  // namespace usher::net

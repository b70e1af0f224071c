#include "client/gateway/request_fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher::gateway {
namespace {

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x21 && c <= 0x7e; });
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zeros(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string> request_id_of(const net::HttpRequest& request) {
  auto id = request.field("X-Request-Id");
  if (!id || id->empty() || id->size() > limits::kRequestIdBytes || !is_visible(*id))
    return std::nullopt;
  return std::string(*id);
}

std::string traceparent_of(const net::HttpRequest& request) {
  std::string_view text = request.field("traceparent").value_or("");
  bool is_one = text.size() == 55 && text.starts_with("00-") && text[35] == '-' &&
                text[52] == '-' && is_hex(text.substr(3, 32)) && is_hex(text.substr(36, 16)) &&
                is_hex(text.substr(53, 2));
  if (!is_one || is_zeros(text.substr(3, 32)) || is_zeros(text.substr(36, 16))) return "";
  return std::string(text);
}

Parsed<std::optional<std::string>> idempotency_key_of(const net::HttpRequest& request) {
  auto key = request.field("Idempotency-Key");
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > limits::kIdempotencyKeyBytes || !is_visible(*key))
    return wrong_field("Idempotency-Key", fmt::format("it is not 1 to {} visible characters",
                                                      limits::kIdempotencyKeyBytes));
  return std::string(*key);
}

Parsed<void> expect_json(const net::HttpRequest& request) {
  if (request.body.empty()) return {};
  std::string_view type = request.field("Content-Type").value_or("application/json");
  std::string_view kind = type.substr(0, type.find(';'));
  while (kind.ends_with(' ')) kind.remove_suffix(1);
  if (std::ranges::equal(kind, std::string_view("application/json"), {}, lower)) return {};
  return refuse(415, "UNSUPPORTED_MEDIA_TYPE",
                fmt::format("the body is {}; send application/json", quote(kind)));
}

}  // namespace usher::gateway

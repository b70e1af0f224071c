#include "proto/net/transport.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "proto/base/quote.h"

namespace usher::net {
namespace {

// The longest name that DNS knows.
constexpr size_t kHostLength = 253;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool is_address6_character(char c) { return is_host_character(c) || c == ':' || c == '%'; }

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return fail(ErrorCode::INVALID_ARGUMENT,
              fmt::format("{} is not an address like host:port: {}", quote(text), why));
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  bool bracketed = text.starts_with('[');
  size_t colon = bracketed ? text.find("]:") : text.rfind(':');
  if (colon == text.npos) return refuse(text, "no port");
  std::string_view host = bracketed ? text.substr(1, colon - 1) : text.substr(0, colon);
  std::string_view port_text = text.substr(colon + (bracketed ? 2 : 1));

  if (host.empty() || host.size() > kHostLength) return refuse(text, "no host");
  if (!bracketed && host.contains(':')) return refuse(text, "IPv6 stands in brackets");
  if (!std::ranges::all_of(host, bracketed ? is_address6_character : is_host_character))
    return refuse(text, "the host has characters that no host has");

  uint16_t port = 0;
  const char* end = port_text.data() + port_text.size();
  auto [stopped, error] = std::from_chars(port_text.data(), end, port);
  if (port_text.empty() || error != std::errc{} || stopped != end)
    return refuse(text, "the port is not a number from 0 to 65535");
  return Endpoint{std::string(host), port};
}

std::string Endpoint::text() const {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace usher::net

// Headers of the seats' command records: who asked. Nothing decides by them.
#pragma once

#include <string_view>

namespace usher::seats {

constexpr std::string_view kRequestIdHeader = "request-id";
constexpr std::string_view kTraceparentHeader = "traceparent";  // W3C trace context

}  // namespace usher::seats

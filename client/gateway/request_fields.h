// The fields of a request's header that the API knows: its id, the W3C trace context, the
// idempotency key, the kind of its body. Pure.
#pragma once

#include <optional>
#include <string>

#include "client/gateway/problem.h"
#include "proto/net/http_message.h"

namespace usher::gateway {

// As sent, where it is 1–128 visible characters; else none: one is made.
std::optional<std::string> request_id_of(const net::HttpRequest& request);
// "00-<32 hex>-<16 hex>-<2 hex>", neither id all zeros; "" where there is none or it is none.
std::string traceparent_of(const net::HttpRequest& request);
// None where there is none; 400 for one that is not 1–255 visible characters.
Parsed<std::optional<std::string>> idempotency_key_of(const net::HttpRequest& request);
// 415 for a body that says that it is not JSON.
Parsed<void> expect_json(const net::HttpRequest& request);

}  // namespace usher::gateway
